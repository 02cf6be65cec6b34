"""What claims are written with: arithmetic in two precisions, expectation, divergences, codes, information, MathML, panels."""

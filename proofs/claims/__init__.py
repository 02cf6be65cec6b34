"""The claims: one file, one claim; the file name is its permanent id.

The folder is the index: what lies here is found, listed, verified, drawn and reported; a leading underscore hides it.
Claims never import each other; what two of them share lives in `theory` or `toys`.
"""

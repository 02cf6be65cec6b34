"""Your own samples, diagnosed: what `blurproof diagnose` and `blurproof.diagnose` read, ask of `theory.diagnosis`, and show.

`reading` takes samples in from files, standard input, arrays and tensors, `targets` and `against` say what they are held to, `asking`
has them diagnosed, and what was found is a `Diagnosed`: a table, a figure, a page, a document.
"""

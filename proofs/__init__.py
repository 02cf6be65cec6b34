"""What is asserted and why anyone should believe it.

    core        how a claim is written                words       what claims are written with
    textbook    observed sides, from the definition   evidence    how each kind is run, and its near misses
    run         finding, keying, running, keeping     display     figures, story, report, pages, README
    archive     comparing what two runs found         claims      one file, one claim
    strategies, laws, session, cli                    for anybody: instances, batteries, Python, the command line

`blurproof new` gives a template of a claim; `from proofs.session import verify` is the command's work from Python.
"""

"""How a claim is written: claim, letters (domains), rules, comparison (the two sides), outcome, verdict.

Nothing here runs evidence, and declaring a claim imports nothing heavy: listing claims stays fast.
"""

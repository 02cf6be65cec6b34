"""How each kind of evidence is run: derivation, enclosure, check, experiment, with their controls and near misses."""

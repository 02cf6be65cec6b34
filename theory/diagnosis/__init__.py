"""What is wrong with samples, and how sure one can be: faults told apart, each with a size, an interval and a word.

`diagnose`             against a mixture that is known
`diagnose_reference`   beside samples of the truth, where no law is known
`diagnose_given`       y against the law of y given x
`several`              over seeds
`faults`               samplers with one fault of known size, against which all this is tested
"""

from theory.diagnosis.given import diagnose_given
from theory.diagnosis.known import LEAST, diagnose
from theory.diagnosis.pieces import Pieces
from theory.diagnosis.reference import diagnose_reference
from theory.diagnosis.report import WORDS, Check, Diagnosis, Fault, Part, Rate, Several, several
from theory.diagnosis.words import FAULTS, Kind

__all__ = [
    "FAULTS",
    "LEAST",
    "WORDS",
    "Check",
    "Diagnosis",
    "Fault",
    "Kind",
    "Part",
    "Pieces",
    "Rate",
    "Several",
    "diagnose",
    "diagnose_given",
    "diagnose_reference",
    "several",
]

"""What is wrong with samples, and how sure one can be."""

from theory.diagnosis.known import diagnose
from theory.diagnosis.report import WORDS, Check, Diagnosis, Fault, Part, Rate, Several, several

__all__ = ["WORDS", "Check", "Diagnosis", "Fault", "Part", "Rate", "Several", "diagnose", "several"]

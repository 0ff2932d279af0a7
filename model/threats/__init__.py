"""The wording of threats: who announces which harm, in which order of words."""

from model.threats.features import threat_features
from model.threats.parts import FoundThreat, find_threat

__all__ = ["FoundThreat", "find_threat", "threat_features"]

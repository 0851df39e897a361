"""Fusion: pain estimates of any modality in, one state of the person out."""

from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings

__all__ = ["FusionFilter", "FusionSettings"]

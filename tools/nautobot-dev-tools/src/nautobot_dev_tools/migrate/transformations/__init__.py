"""The transformations, one a file, in the order in which they run: from old breaks to new ones."""

from ..transformation import Transformation
from .log_methods import LogMethods

TRANSFORMATIONS: list[Transformation] = [
    LogMethods(),
]

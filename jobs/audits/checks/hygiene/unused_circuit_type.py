"""CIRCUITS-CIRCUITTYPE-001: unused circuit type."""

from __future__ import annotations

from ._unused import Unused


class UnusedCircuitType(Unused):
    """Circuit types without a circuit."""

    id = "CIRCUITS-CIRCUITTYPE-001"
    title = "Unused circuit type"
    model = "circuits.circuittype"
    description = "There is no circuit of the type, and nothing else refers to it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The type "ISDN" is left over.'
    good = 'The type "MPLS" has one circuit.'

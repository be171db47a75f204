"""What is done about components of each kind, and which of their fields are part of which property."""

from __future__ import annotations

from dataclasses import dataclass

from ..toolkit.access import RefusalError
from ..toolkit.components import BY_KEY, KINDS
from .synchronize_components_match import AUTO, COUNT, REPLACE, TYPE

PROPERTIES = {
    "name": "Name (of interfaces of virtual chassis)",
    "type": "Type",
    "transceiver": "Type of interfaces that take transceivers",
    "label": "Label",
    "description": "Description",
    "management": "Management only",
    "power": "Maximum and allocated draw, power factor",
    "feed": "Feed leg and power port of power outlets",
    "mapping": "Positions of rear ports, and rear port and position of front ports",
    "position": "Position of module bays, and what may be installed in them",
    "speed": "Speed and duplex",
}
DEFAULT_PROPERTIES = ("name", "type", "label", "management", "power", "feed", "mapping", "position")
# Fields of components to the property that they are part of. What is not here is set on new components only.
PROPERTY_OF = {
    "type": "type",
    "port_type": "type",
    "label": "label",
    "description": "description",
    "mgmt_only": "management",
    "maximum_draw": "power",
    "allocated_draw": "power",
    "power_factor": "power",
    "feed_leg": "feed",
    "power_port": "feed",
    "positions": "mapping",
    "rear_port": "mapping",
    "rear_port_position": "mapping",
    "position": "position",
    "module_family": "position",
    "requires_first_party_modules": "position",
    "speed": "speed",
    "duplex": "speed",
}


@dataclass(frozen=True)
class Policy:
    """What is done about the components of each kind; kinds by their keys."""

    add: frozenset[str]
    update: frozenset[str]
    report: frozenset[str]
    delete: frozenset[str]
    properties: frozenset[str]
    clear: bool = False
    numbering: str = AUTO
    modules: bool = True

    @property
    def read(self) -> list[str]:
        """Kinds that have to be read: those chosen, and those that they belong to."""
        chosen = self.add | self.update | self.report | self.delete
        behind = {kind.behind[1] for kind in KINDS if kind.key in chosen and kind.behind}
        return [kind.key for kind in KINDS if kind.key in chosen | behind]

    def refuse_unclear(self) -> None:
        """Raise `RefusalError` for what is no kind, property or convention."""
        for label, chosen, known in (
            ("Add missing", self.add, BY_KEY),
            ("Update differing", self.update, BY_KEY),
            ("Report extras", self.report, BY_KEY),
            ("Delete unused extras", self.delete, BY_KEY),
            ("Properties", self.properties, PROPERTIES),
            ("Interfaces of virtual chassis", {self.numbering}, (AUTO, TYPE, REPLACE, COUNT)),
        ):
            if unknown := sorted(set(chosen) - set(known)):
                raise RefusalError(f"{label}: there is no {', '.join(unknown)}. There are {', '.join(known)}.")

    def describe(self) -> str:
        """In words, for the files."""
        done = (("add", self.add), ("update", self.update), ("report", self.report), ("delete", self.delete))
        return "; ".join(
            f"{verb}: {'all' if len(kinds) == len(KINDS) else ', '.join(kind.key for kind in KINDS if kind.key in kinds)}"
            for verb, kinds in done
            if kinds
        )

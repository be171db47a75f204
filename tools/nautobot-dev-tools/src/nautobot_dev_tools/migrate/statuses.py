"""Statuses by their slug, which 2.0 removed: by the name that Nautobot gives to those that it brings."""

from __future__ import annotations

import libcst as cst

from .queries import Place
from .transformation import LIKELY
from .tree import dotted, string_of, with_text
from .understood import Understood

# Slugs of 1.x and names of the statuses that Nautobot makes. "container", "dhcp" and "slaac" are types of prefixes and addresses by now.
NAMES = {
    "active": "Active",
    "available": "Available",
    "connected": "Connected",
    "decommissioned": "Decommissioned",
    "decommissioning": "Decommissioning",
    "deprecated": "Deprecated",
    "deprovisioning": "Deprovisioning",
    "failed": "Failed",
    "inventory": "Inventory",
    "maintenance": "Maintenance",
    "offline": "Offline",
    "planned": "Planned",
    "provisioning": "Provisioning",
    "reserved": "Reserved",
    "retired": "Retired",
    "staged": "Staged",
    "staging": "Staging",
}


def status_by_name(file: Understood, place: Place) -> bool:
    """Note the edits that ask for a status's name where its slug was asked for; False, and nothing is noted, if it is not that.

    Likely: somebody may have renamed the statuses that Nautobot brings.
    """
    names = place.path.split("__")
    if place.use == "lookup" and place.argument is not None and isinstance(place.node, cst.Name):
        last = names[-2:] if names[-1] == "in" else names[-1:]
        before = names[: len(names) - len(last)]
        if last[0] != "slug" or not (before[-1:] == ["status"] or (not before and place.model == "Status")):
            return False
        values = _named(place.argument.value)
        if values is None:
            return False
        new = "__".join([*before, "name", *last[1:]])
        file.replace(place.node, place.node.with_changes(value=new))
        said = f"{place.path} is {new} now"
    elif place.use == "attribute" and names == ["slug"] and isinstance(place.node, cst.Name):
        slug = file.parent(place.node)
        if not (isinstance(slug, cst.Attribute) and dotted(slug.value).rpartition(".")[2] == "status"):
            return False
        values = _compared(file, slug)
        if values is None:
            return False
        file.replace(place.node, place.node.with_changes(value="name"))
        said = "the slug of the status is its name now"
    else:
        return False
    for value in values:
        file.replace(value, with_text(value, NAMES[string_of(value) or ""]))
    file.changed(place.node, said, LIKELY)
    return True


def _compared(file: Understood, node: cst.Attribute) -> list[cst.SimpleString] | None:
    """The literals that an expression is compared with, if it is compared with nothing else."""
    above = file.parent(node)
    if not isinstance(above, cst.Comparison) or above.left is not node or len(above.comparisons) != 1:
        return None
    comparison = above.comparisons[0]
    if not isinstance(comparison.operator, (cst.Equal, cst.NotEqual, cst.In, cst.NotIn)):
        return None
    return _named(comparison.comparator)


def _named(value: cst.BaseExpression) -> list[cst.SimpleString] | None:
    """The slugs of an expression if it is one, or a list of them; None if any is not known."""
    nodes: list[cst.BaseExpression] = [value]
    if isinstance(value, (cst.List, cst.Tuple, cst.Set)):
        nodes = [element.value for element in value.elements]
    found = [each for each in nodes if isinstance(each, cst.SimpleString) and string_of(each) in NAMES]
    return found if nodes and len(found) == len(nodes) else None

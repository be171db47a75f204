"""Names of Nautobot's cable model before and since 3.2. Source: release notes of 3.2, "Migrate Cable Termination Queries"."""

from __future__ import annotations

import ast
import re

from .code import Code
from .queries import Query, query_of

# Models whose field `cable` was a foreign key before 3.2.
TERMINATIONS = frozenset(
    [
        *("Interface", "FrontPort", "RearPort", "ConsolePort", "ConsoleServerPort", "PowerPort", "PowerOutlet"),
        *("PowerFeed", "CircuitTermination"),
    ]
)
# From another model to the cable of one of these: ``interfaces__cable``.
THROUGH = re.compile(
    r"(^|__)(interfaces?|front_?ports?|rear_?ports?|console_?ports?|console_?server_?ports?|power_?ports?|power_?outlets?|"
    r"power_?feeds?|circuit_?terminations?(_[az])?)__cable(_id)?(__|$)"
)
# A cable's end, by the fields that are none any more.
ENDS = re.compile(r"^-?_?termination_[ab]_(id|type|type_id|device)(__\w+)?$")
_CABLE = re.compile(r"^-?cable(_id)?(__\w+)?$")
FIELDS = frozenset(["order_by", "values", "values_list", "only", "defer", "distinct"])
_NEW = ("cable_termination", "CableToCableTermination", "terminations__")


def knows_both(code: Code) -> bool:
    """Whether a module already names the new model: it goes by the version of Nautobot, and does so knowingly."""
    return any(new in code.module.file.text for new in _NEW)


def is_about_cables(code: Code) -> bool:
    """Whether a module deals with what cables are attached to, as far as its imports tell."""
    return any(name.startswith(("nautobot.dcim", "nautobot.circuits")) for name in code.module.names.values())


def owner(code: Code, call: ast.Call) -> Query | None:
    """The query that a call is a step of, or, as of ``Q(...)``, an argument of a step of."""
    for each in (call, *code.around(call)):
        if isinstance(each, ast.stmt):
            return None
        if isinstance(each, ast.Call) and (query := query_of(code, each)):
            return query
    return None


def model(query: Query | None) -> str:
    """Name of a query's model; empty where there is none."""
    return query.model.rpartition(".")[2] if query else ""


def is_removed(name: str, of: str) -> bool:
    """Whether a lookup names what is no field any more.

    Args:
        name: as it is written: "cable__status", "-cable", "termination_a_id".
        of: name of the model; empty where it is not known.
    """
    if THROUGH.search(name):
        return of != "CableToCableTermination"
    if _CABLE.match(name):
        return of in TERMINATIONS or not of
    return bool(ENDS.match(name)) and of in ("Cable", "")

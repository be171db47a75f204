"""What the models of Nautobot are, and what their fields were called before 2.0: read from the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from .tables import loader, table

# Relations that were there before, and lead to another model than what took their place.
_OLD_RELATIONS = {"site": "Site", "region": "Region", "sites": "Site", "regions": "Region"}
# What the guide has in prose: the site of a location and the region of a site are above it now.
_NOTED_RENAMES = {"Site": {"region": "parent"}, "Aggregate": {"date_added": "date_allocated"}}
_NOTED_REMOVALS = {
    "Region": {"sites": "The sites of a region are among its children, as its regions are"},
}
# Relations that became many, and are read by their old name still.
_SINGLE = {
    ("Device", "cluster"): "Cluster",
    ("Prefix", "location"): "Location",
    ("VLAN", "location"): "Location",
}
_USE = re.compile(r"Use (\w+) instead$")
_PATH = re.compile(r"nautobot\.(\w+)\.models(?:\.\w+)*\.(\w+)")


class Known(NamedTuple):
    """A model of today: its app, the models that its relations lead to, by their name in queries, and its other fields."""

    app: str
    relations: dict[str, str]
    fields: list[str]


@cache
def models() -> dict[str, Known]:
    """The models of the newest Nautobot that the tables are from, by name."""
    text = (Path(__file__).parent / "tables" / "models.yaml").read_text(encoding="utf-8")
    return {name: Known(**found) for name, found in yaml.load(text, Loader=loader).items()}  # noqa: S506 - a safe one


@cache
def replaced() -> dict[str, str]:
    """Models that are gone, and what took their place: ``dcim.Site`` is ``dcim.Location``."""
    rows = [*table("v2-models-roles").rows, *table("v2-models-locations").rows]
    return dict(rows) | {"ipam.Aggregate": "ipam.Prefix"}


def current(model: str) -> str:
    """The name of a model by now: that of what took its place."""
    return _successors().get(model, model)


@cache
def _successors() -> dict[str, str]:
    return {old.partition(".")[2]: new.partition(".")[2] for old, new in replaced().items()}


def model_named(qualified: str) -> str:
    """The model that a dotted name stands for; "" if it is none that is known.

    ``ipam.Role`` is `Role`, as what took its place.
    """
    found = _PATH.fullmatch(qualified)
    name = found.group(2) if found else ""
    return name if name in models() or name in _successors() else ""


@cache
def renamed() -> dict[str, dict[str, str]]:
    """New names of fields by model and old name; a reverse relation has its name in queries (``rackreservation``), too."""
    found: dict[str, dict[str, str]] = {}
    for model, old, new in table("v2-database-renamed-fields").rows:
        names = found.setdefault(model, {})
        names[old] = new
        if old.endswith("_set"):
            names[old.removesuffix("_set")] = new
    for model, fields in _NOTED_RENAMES.items():
        found.setdefault(model, {}).update(fields)
    return found


@cache
def removed() -> dict[str, dict[str, str]]:
    """Comments of the tables on fields that are gone, by model and name; "" where they have none."""
    found: dict[str, dict[str, str]] = {}
    for model, old, comment in table("v2-database-removed-fields").rows:
        found.setdefault(model, {})[old] = comment
    for model, fields in _NOTED_REMOVALS.items():
        found.setdefault(model, {}).update(fields)
    return found


@dataclass(frozen=True)
class Step:
    """What became of one name after a model.

    Attributes:
        name: by now; as it was where nothing is known of it.
        model: what it leads to: as old code means it, so a site and no location; "" if it is no relation that is known.
        sure: whether it means the same as before.
        problem: why a person has to look at it; "" if not.
    """

    name: str
    model: str = ""
    sure: bool = True
    problem: str = ""


def step(model: str, name: str) -> Step:
    """What became of a field of a model, which may be one that is gone."""
    now = models().get(current(model))
    if now is None:
        return Step(name)
    for known in dict.fromkeys((model, current(model))):
        new = renamed().get(known, {}).get(name)
        if new:
            return Step(new, _OLD_RELATIONS.get(name) or now.relations.get(new, ""), sure=name != "region")
        comment = removed().get(known, {}).get(name)
        if comment is not None and name != "slug":
            if use := _USE.match(comment):
                return Step(use.group(1), _OLD_RELATIONS.get(name) or now.relations.get(use.group(1), ""), sure=False)
            said = f": {comment}" if comment else ", and nothing is in its place"
            return Step(name, _OLD_RELATIONS.get(name, ""), problem=f"{current(model)}.{name} is gone{said}")
    if name == "slug" and "slug" not in now.fields:
        other = next(each for each in ("key", "name", "model", "label", "id") if each in now.fields)
        return Step(name, problem=f"{current(model)} has no slug; its {other} may identify it, whose values are others")
    if name.endswith("_id") and name not in now.fields and name.removesuffix("_id") not in now.relations:
        base = step(model, name.removesuffix("_id"))
        if base.name != name.removesuffix("_id") and not base.problem and base.name in now.relations:
            return Step(f"{base.name}_id", sure=base.sure)
    return Step(name, now.relations.get(name, "") or _SINGLE.get((model, name), ""))


class Lookup(NamedTuple):
    """What became of a path of fields and lookups such as ``device__site__slug``; attributes as those of `Step`."""

    path: str
    model: str
    sure: bool
    problem: str


def lookup(model: str, path: str) -> Lookup:
    """Translate a path that starts at a model; with a problem, the path is as it was."""
    sign = "-" if path.startswith("-") else ""
    names: list[str] = []
    sure = True
    for name in path.removeprefix("-").split("__"):
        found = step(model, name) if model else Step(name)
        if found.problem:
            return Lookup(path, "", False, found.problem)
        names.append(found.name)
        sure = sure and found.sure
        model = found.model
    return Lookup(sign + "__".join(names), model, sure, "")

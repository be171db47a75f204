"""A foreign key that became a relation to many: what Nautobot still takes, what is rewritten, and what needs a person."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from .models import models
from .moves import guarded
from .queries import Place, places, rewrite
from .transformation import CERTAIN, LIKELY
from .tree import dotted
from .understood import Understood

_FILTERS = frozenset({"exclude", "filter", "get"})
# Nautobot takes the old name there, for the object itself.
_TAKEN = frozenset({"create", "get_or_create", "update_or_create"})


class ToMany(NamedTuple):
    """The relation: the models that have it, its old and its new name, the model that it leads to."""

    of: tuple[str, ...]
    old: str
    new: str
    to: str


def rewrite_to_many(file: Understood, relation: ToMany) -> None:
    """Note the edits of every place of a file that names the relation by its old name."""
    for place in places(file):
        if not place.model or relation.old not in place.path or guarded(file, place.node):
            continue
        new, direct = new_path(place.model, place.path, relation)
        if new != place.path:
            _place(file, place, new, direct, relation)


def new_path(model: str, path: str, relation: ToMany) -> tuple[str, bool]:
    """A path with the relation's new name, and whether it starts with it."""
    sign = "-" if path.startswith("-") else ""
    names = path.removeprefix("-").split("__")
    direct = False
    for index, name in enumerate(names):
        if model in relation.of and name in (relation.old, f"{relation.old}_id"):
            names[index], direct = relation.new, direct or index == 0
            model = relation.to
        else:
            known = models().get(model)
            model = known.relations.get(name, "") if known else ""
    return sign + "__".join(names), direct


def _place(file: Understood, place: Place, new: str, direct: bool, relation: ToMany) -> None:
    method = dotted(place.call.func).rpartition(".")[2] if place.call is not None else ""
    if place.call is not None and isinstance(place.call.func, cst.Attribute):
        method = place.call.func.attr.value
    if place.use == "attribute":
        reason = f"{relation.old} raises MultipleObjectsReturned where there are several {relation.new}; read those"
        file.todo(place.node, reason)
    elif place.use == "lookup" and (method in _FILTERS or method == "Q"):
        if rewrite(file, place, new):
            plain = new in (relation.new, f"{relation.new}__isnull")
            said = f"{place.path} is {new} now" + ("" if plain else ", which may find an object more than once")
            file.changed(place.node, said, CERTAIN if plain else LIKELY)
        else:
            file.todo(place.node, f"{place.path} is {new} now, which is given here as well")
    elif place.use in ("lookup", "create") and direct and (method in _TAKEN or method not in ("update",)):
        return
    elif place.use == "create":
        file.todo(place.node, f"update() cannot set {relation.new}, which are many; use {relation.new}.set() on each")
    elif method == "prefetch_related" and rewrite(file, place, new):
        file.changed(place.node, f"{place.path} is {new} now")
    elif (
        method == "select_related"
        and place.call is not None
        and len(place.call.args) == 1
        and rewrite(file, place, new)
    ):
        assert isinstance(place.call.func, cst.Attribute)
        file.replace(place.call.func.attr, cst.Name("prefetch_related"))
        file.changed(place.node, f'select_related("{place.path}") is prefetch_related("{new}") now')
    else:
        file.todo(
            place.node, f"{place.path} is {new} now, of which there may be several: {method}() gives a row for each"
        )

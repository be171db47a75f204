"""Queries of cables and of their ends, as Nautobot 3.2 has them."""

from __future__ import annotations

import re
from functools import cache

import libcst as cst

from ..models import models
from ..moves import guarded
from ..queries import Place, places, rewrite
from ..tables import table
from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import dotted
from ..understood import Understood

_CABLE = frozenset({"cable", "cable_id"})
_PEERS = frozenset({"_cable_peer", "_cable_peer_id", "_cable_peer_type"})
_TERMINATIONS = tuple(f"termination_{end}{field}" for end in "ab" for field in ("", "_id", "_type", "_type_id"))
_TRANSLATED = frozenset({"exclude", "filter", "get", "get_or_create", "update_or_create"})
_NAMES = re.compile(r"(\b|__)(cable(_id)?|_cable_peer\w*|_path|termination_[ab]\w*?)(\b|__)")
_SETS = "a cable is no field of what it ends at; connect by Cable, disconnect by cable.delete() or by cable = None"


@cache
def ends() -> set[str]:
    """The models that a cable may end at."""
    return {name for name, model in models().items() if "cable_termination" in model.relations}


def new_path(model: str, path: str) -> tuple[str, str]:
    """A path with `cable_termination__cable` for `cable`, `cable_paths` for `_path`; and the name in it that needs a person, or ""."""
    sign = "-" if path.startswith("-") else ""
    found: list[str] = []
    names = path.removeprefix("-").split("__")
    for index, name in enumerate(names):
        if model in ends() and name in _CABLE:
            # As the release notes have it: what has no cable has no row of the join table.
            found += ["cable_termination"] if names[index + 1 :] == ["isnull"] else ["cable_termination", name]
            model = "Cable" if name == "cable" else ""
            continue
        if model in ends() and (name in _PEERS or name == "_path"):
            if name in _PEERS:
                return path, name
            found.append("cable_paths")
            model = "CablePath"
            continue
        if model == "Cable" and name in _TERMINATIONS:
            return path, name
        found.append(name)
        known = models().get(model)
        model = known.relations.get(name, "") if known else ""
    return sign + "__".join(found), ""


class Cables(Transformation):
    """Reading ``interface.cable`` goes on as before. Nautobot before 3.2 does not know the new names."""

    id = "cables"
    title = "Queries by cable go by cable_termination__cable, those by _path go by cable_paths"
    since = "3.2"
    page = table("v3.2-cable-not-translated").page

    def concerns(self, text: str) -> bool:
        """Whether it has any of the names."""
        return _NAMES.search(text) is not None

    def run(self, file: Understood) -> cst.Module:
        """Rewrite where the release notes have an equivalent; mark the rest."""
        for place in places(file):
            if not _NAMES.search(place.path) or guarded(file, place.node):
                continue
            if place.use == "attribute":
                self._attribute(file, place)
            elif place.model:
                self._known(file, place)
            else:
                self._unknown(file, place)
        return file.edited()

    def _known(self, file: Understood, place: Place) -> None:
        method = _method(place)
        new, name = new_path(place.model, place.path)
        if name in _PEERS:
            file.todo(
                place.node, f"{name} is gone, and no query has it; get_cable_peer() of each object has the far end"
            )
        elif name:
            if place.path == name and method in _TRANSLATED:
                if method == "exclude" and _both_ends(place.call):
                    reason = "excluding both ends at once excludes what has either; say it by Q(terminations__...)"
                    file.todo(place.node, reason)
            elif not (place.use == "create" and place.path == name):
                file.todo(place.node, f"{name} is no field of Cable any more; query its terminations")
        elif new == place.path:
            return
        elif place.use == "create" and place.path in _CABLE:
            file.todo(place.node, _SETS)
        elif place.use == "values":
            file.todo(place.node, f"values() has the key {new} in place of {place.path} now")
        elif method in ("only", "defer") or (method == "select_related" and "cable_paths" in new):
            file.todo(place.node, f"{place.path} is {new} now, which {method}() does not take")
        else:
            self._rewrite(file, place, new)

    def _rewrite(self, file: Understood, place: Place, new: str) -> None:
        if place.path == "cable" and place.argument is not None and dotted(place.argument.value) == "None":
            new = "cable_termination__isnull"
            file.replace(place.argument.value, cst.Name("True"))
        if not rewrite(file, place, new):
            file.todo(place.node, f"{place.path} is {new} now, which is given here as well")
            return
        file.changed(place.node, f"{place.path} is {new} now", LIKELY if "cable_paths" in new else CERTAIN)
        if "cable_paths" in new and place.use == "lookup":
            file.todo(
                place.node, "cable_paths may find an object more than once, for a breakout has several: add distinct()"
            )

    def _unknown(self, file: Understood, place: Place) -> None:
        """A query whose model cannot be told: Nautobot takes the old name in filter() and the like alone."""
        root = place.path.removeprefix("-").partition("__")[0]
        if root == "_path" or root in _PEERS:
            file.todo(place.node, f"{root} is gone from what cables end at; see cable_paths and get_cable_peer()")
        elif root in _CABLE and (
            _method(place) == "Q" or (place.use in ("path", "values") and _method(place) != "select_related")
        ):
            file.todo(place.node, "If this is about what cables end at: cable is cable_termination__cable now")

    def _attribute(self, file: Understood, place: Place) -> None:
        model = place.model or place.guess
        if model not in ends():
            return
        above = file.parent(place.node)
        if place.path in _PEERS:
            file.todo(place.node, f"{place.path} is gone; get_cable_peer() has the far end")
        elif place.path == "_path":
            file.todo(place.node, "_path is gone; path, trace() and connected_endpoint are as before")
        elif place.path == "cable" and above is not None:
            assigned = file.parent(file.parent(above) or above) if _is_target(file, above) else None
            if isinstance(assigned, cst.Assign) and dotted(assigned.value) != "None":
                file.todo(place.node, _SETS)


def _is_target(file: Understood, node: cst.CSTNode) -> bool:
    return isinstance(file.parent(node), cst.AssignTarget)


def _method(place: Place) -> str:
    if place.call is None:
        return ""
    func = place.call.func
    return func.attr.value if isinstance(func, cst.Attribute) else dotted(func)


def _both_ends(call: cst.Call | None) -> bool:
    names = {each.keyword.value for each in call.args if each.keyword is not None} if call is not None else set()
    return any(name.startswith("termination_a") for name in names) and any(
        name.startswith("termination_b") for name in names
    )

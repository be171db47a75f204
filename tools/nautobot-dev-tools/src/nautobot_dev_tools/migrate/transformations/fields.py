"""Fields that 2.0 renamed or removed, where queries, constructors and attributes name them."""

from __future__ import annotations

import re
from functools import cache

import libcst as cst

from ..age import is_old
from ..layout import without_argument
from ..models import Lookup, current, lookup, removed, renamed
from ..moves import guarded
from ..objects import objects_of
from ..queries import Place, guessed, places, rewrite
from ..statuses import status_by_name
from ..tables import table
from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import dotted, string_of
from ..understood import Understood

_REMOVED = table("v2-database-removed-fields").page
# In a query whose model cannot be told: these names are Nautobot's alone, and mean the same in every model.
_EVERYWHERE = {"device_role": "role", "local_context_data": "local_config_context_data"}
_ANYWHERE = {**_EVERYWHERE, "site": "location", "region": "parent"}
# These names mean something else in newer Nautobots, or outside of Nautobot.
_WORD = re.compile(r"[a-z](?:[a-z0-9]|_(?!_))+")
# They are attributes today, and mean something else.
TODAY = frozenset({("CustomField", "choices"), ("Job", "git_repository")})
_DOUBTFUL = frozenset({"region", "site", "slug"})


class Fields(Transformation):
    """A site's region is its parent now; a lookup by a site finds nothing in the locations below it.

    Where the model can be told and the tables name the new field, it is changed: certain if it means the same as before.
    In a repository of 1.x a name alone may tell it, such as `device`: then it is likely.
    A path with a field that is gone stays as it is, with a TODO that says which field, so that nothing is half done.
    """

    id = "fields"
    title = "Queries, constructors and attributes use the new names of renamed fields"
    since = "2.0"
    page = table("v2-database-renamed-fields").page

    def concerns(self, text: str) -> bool:
        """Whether it has any of the names, and the model of it, whatever way that is written."""
        found = set(_WORD.findall(text)) & _fields().keys()
        if not found:
            return False
        plain = text.lower().replace("_", "")
        return any(model in plain for name in found for model in _fields()[name])

    def run(self, file: Understood) -> cst.Module:
        """Rewrite what is known; mark the rest."""
        if "nautobot" not in file.source.file.text and not file.jobs:
            return file.module
        old = is_old(file.contract)
        for place in places(file):
            names = place.path.removeprefix("-").split("__")
            if not _fields().keys() & {*names} or guarded(file, place.node):
                continue
            if place.use == "attribute" and (place.model, place.path) in TODAY:
                if old:
                    file.todo(place.node, f"{place.model}.{place.path} is there, and means something else today")
            elif place.model:
                self._known(file, place)
            elif place.guess and old:
                self._guessed(file, place)
            elif old and not place.guess:
                self._unknown(file, place)
        if old:
            self._attributes(file)
        return file.edited()

    def _attributes(self, file: Understood) -> None:
        """Attributes of what cannot be told at all, but for what a class keeps of its own, and modules."""
        objects = objects_of(file)
        for node in objects.of_type(cst.Attribute):
            name = node.attr.value
            if name not in _ANYWHERE or objects.model_of(node.value) or guessed(node.value) or guarded(file, node):
                continue
            root = dotted(node.value).partition(".")[0]
            if dotted(node.value) in ("self", "cls") or (root in file.names and not objects.model_of(node.value)):
                continue
            if name in _EVERYWHERE:
                file.replace(node.attr, node.attr.with_changes(value=_EVERYWHERE[name]))
                file.changed(node, f"{name} is {_EVERYWHERE[name]} now", LIKELY)
            else:
                file.todo(node, f"If this is an object of Nautobot: {name} is {_ANYWHERE[name]} now", _REMOVED)

    def _known(self, file: Understood, place: Place) -> None:
        found = lookup(place.model, place.path)
        if found.problem:
            if place.use == "create" and place.path == "slug" and place.argument is not None and place.call is not None:
                file.edit(place.call, _without, "slug")
                file.changed(place.node, f"{current(place.model)} has no slug, and none is given", LIKELY)
            elif not status_by_name(file, place):
                self._mark(file, place, found)
        elif found.path != place.path:
            self._mark_key(file, place, found)
            if place.use == "values":
                self._mark(file, place, found, f"values() has the key {found.path} in place of {place.path} now")
            elif rewrite(file, place, found.path):
                where = current(place.model)
                confidence = CERTAIN if found.sure else LIKELY
                file.changed(place.node, f"{where}: {place.path} is {found.path} now", confidence)
            else:
                self._mark(file, place, found, f"{place.path} is {found.path} now, which is given here as well")

    def _mark_key(self, file: Understood, place: Place, found: Lookup) -> None:
        """A key is a name in GraphQL, which a slug need not have been."""
        value = string_of(place.argument.value) if place.argument is not None else None
        if found.path.rpartition("__")[2] == "key" and value and "-" in value:
            file.todo(place.node, "a key has underscores where a slug could have dashes")

    def _guessed(self, file: Understood, place: Place) -> None:
        found = lookup(place.guess, place.path)
        if found.problem:
            if not status_by_name(file, place):
                self._mark(file, place, found, f"If this is a {current(place.guess)} of Nautobot: {found.problem}")
        elif found.path != place.path:
            if place.path in ("site", "region") or "_" in place.path:
                rewrite(file, place, found.path)
                file.changed(place.node, f"{current(place.guess)}: {place.path} is {found.path} now", LIKELY)
            else:
                reason = f"If this is a {current(place.guess)} of Nautobot: {place.path} is {found.path} now"
                self._mark(file, place, found, reason)

    def _unknown(self, file: Understood, place: Place) -> None:
        if status_by_name(file, place):
            return
        names = place.path.removeprefix("-").split("__")
        if doubtful := sorted(_DOUBTFUL.intersection(names)):
            said = ", ".join(doubtful)
            reason = f"The model of this query cannot be told; most models of Nautobot have no {said} any more"
            file.todo(place.node, reason, _REMOVED)
        elif _EVERYWHERE.keys() & set(names) and place.use != "values":
            new = "__".join(_EVERYWHERE.get(name, name) for name in names)
            new = f"-{new}" if place.path.startswith("-") else new
            if rewrite(file, place, new):
                file.changed(place.node, f"{place.path} is {new} now", LIKELY)

    def _mark(self, file: Understood, place: Place, found: Lookup, reason: str = "") -> None:
        file.todo(place.node, reason or found.problem, _REMOVED if found.problem else "")


def _without(call: cst.Call, name: str) -> cst.Call:
    argument = next(each for each in call.args if each.keyword is not None and each.keyword.value == name)
    return without_argument(call, argument)


@cache
def _fields() -> dict[str, set[str]]:
    """Models in lower case by the names of fields that are renamed or gone."""
    found: dict[str, set[str]] = {}
    for models in (renamed(), removed()):
        for model, fields in models.items():
            for name in fields:
                found.setdefault(name, set()).add(model.lower())
                found.setdefault(f"{name}_id", set()).add(model.lower())
    for name in _DOUBTFUL:
        found.setdefault(name, set()).add("")
    return found

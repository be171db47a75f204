"""Filters that 2.0 renamed or removed, where query_params of variables and filter sets name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import libcst as cst

from ..age import is_old_job
from ..models import current, model_named
from ..moves import guarded
from ..objects import objects_of
from ..statuses import NAMES
from ..tables import table
from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import dotted, string_of, with_text
from ..understood import Understood

_FILTER_SET = re.compile(r"nautobot\.\w+\.filters(?:\.\w+)*\.(\w+)FilterSet")
_USE = re.compile(r"Use `?(\w+)`? filter")
_PLACES = frozenset({"region", "region_id", "site", "site_id"})
_REMOVED = table("v2-filters-removed-fields").page
# They are filters today; that of addresses has another meaning.
STILL = frozenset({("IPAddress", "parent"), ("Interface", "device_id")})


@cache
def renamed_filters() -> dict[tuple[str, str], str]:
    """New names by model and old name."""
    return {(model, old): new for model, old, new in table("v2-filters-renamed-fields").rows}


@cache
def removed_filters() -> dict[tuple[str, str], str]:
    """Comments by model and old name."""
    return {(model, old): comment for model, old, comment in table("v2-filters-removed-fields").rows}


def new_filter(model: str, name: str) -> tuple[str, str, str]:
    """What a filter is called now, with which confidence, and why a person has to look at it ("" if not)."""
    base, lookup, expression = name.partition("__")
    known = current(model)
    # A site or a region is a location: what was in it is below it.
    if known == "Location" and base in _PLACES:
        return f"subtree{lookup}{expression}", LIKELY, ""
    if (model, base) in STILL:
        return name, CERTAIN, ""
    for key in ((model, base), (known, base)):
        if key in renamed_filters():
            new = renamed_filters()[key]
            if key == ("Prefix", "is_pool"):
                return name, LIKELY, "the filter is_pool is type now, whose values are container, network and pool"
            return f"{new}{lookup}{expression}", CERTAIN, ""
        if key in removed_filters():
            comment = removed_filters()[key]
            if base in _PLACES:
                return f"location{lookup}{expression}", LIKELY, ""
            if use := _USE.match(comment):
                return new_filter(model, f"{use.group(1)}{lookup}{expression}")
            if base.endswith("_id") and not comment:
                return new_filter(model, f"{base.removesuffix('_id')}{lookup}{expression}")
            return name, CERTAIN, f"the filter {base} of {known} is gone" + (f": {comment}" if comment else "")
    return name, CERTAIN, ""


class Filters(Transformation):
    """The filters by site and by region are by location now, which finds what is below it, too, as the old ones did."""

    id = "filters"
    title = "query_params of variables and filter sets use the new names of filters"
    since = "2.0"
    page = table("v2-filters-renamed-fields").page

    def concerns(self, text: str) -> bool:
        """Whether it has filters at all."""
        return "query_params" in text or "FilterSet" in text

    def run(self, file: Understood) -> cst.Module:
        """Rename the keys of dicts that are written out."""
        for node in objects_of(file).of_type(cst.Call):
            if isinstance(node, cst.Call):
                for model, filters in filters_of(file, node):
                    if not guarded(file, node):
                        self._rename(file, model, filters)
        return file.edited()

    def _rename(self, file: Understood, model: str, filters: cst.Dict) -> None:
        elements = [each for each in filters.elements if isinstance(each, cst.DictElement)]
        keys = {string_of(each.key) for each in elements}
        for element in elements:
            name = string_of(element.key)
            if name is None or not isinstance(element.key, cst.SimpleString):
                continue
            new, confidence, problem = new_filter(model, name)
            if (model, name) == ("IPAddress", "parent") and any(map(is_old_job, file.jobs.values())):
                file.todo(
                    element, "The filter parent finds what is right in a prefix now; the filter prefix, all in it"
                )
            if problem:
                file.todo(element, problem[:1].upper() + problem[1:], _REMOVED)
            elif new != name and new in keys:
                file.todo(element, f"The filter {name} is {new} now, which is given here as well")
            elif new != name:
                keys.add(new)
                file.replace(element.key, with_text(element.key, new))
                file.changed(element, f"The filter {name} of {current(model)} is {new} now", confidence)
            self._value(file, element, new)

    def _value(self, file: Understood, element: cst.DictElement, name: str) -> None:
        """Slugs that are written out are names now."""
        values = [element.value]
        if isinstance(element.value, (cst.List, cst.Tuple)):
            values = [each.value for each in element.value.elements]
        for value in values:
            text = string_of(value)
            if text is None or text == "null" or text.startswith("$") or not isinstance(value, cst.SimpleString):
                continue
            if name == "status" and text in NAMES:
                file.replace(value, with_text(value, NAMES[text]))
                file.changed(value, f"The status {text} is called {NAMES[text]}", LIKELY)
            elif name in _by_name() and re.fullmatch("[a-z0-9-]+", text) and any(map(is_old_job, file.jobs.values())):
                file.todo(value, f"The filter {name} takes a name in place of the slug {text}", _REMOVED)


def filters_of(file: Understood, call: cst.Call) -> Iterator[tuple[str, cst.Dict]]:
    """The filters of a call that are written out, each with the model that they are about."""
    given = {each.keyword.value: each.value for each in call.args if each.keyword is not None}
    if "query_params" in given and "model" in given:
        model = model_named(file.qualified(given["model"]))
        if model and isinstance(given["query_params"], cst.Dict):
            yield model, given["query_params"]
    found = _FILTER_SET.fullmatch(file.qualified(call.func)) if dotted(call.func) else None
    if found:
        data = given.get("data") or next((each.value for each in call.args if each.keyword is None), None)
        if isinstance(data, cst.Dict):
            yield found.group(1), data


@cache
def _by_name() -> set[str]:
    """Filters that took a slug and take a name."""
    rows = table("v2-filters-enhanced-fields").rows
    return {name.partition(" ")[0] for _, name, said in rows if "by name" in said} | {"location", "subtree", "tags"}

"""What became of a prefix that is a pool or a container, and of the method for what is in it."""

from __future__ import annotations

import libcst as cst

from ..models import lookup
from ..moves import guarded
from ..objects import objects_of
from ..queries import Place, places, rewrite
from ..tables import table
from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import dotted, string_of
from ..understood import Understood

_GUIDE = "user-guide/administration/upgrading/from-v1/ipam/whats-changed.html"
_TYPES = f"{_GUIDE}#prefixis_pool-field-and-container-status-replaced-by-new-field-prefixtype"
_AGGREGATE = "nautobot.ipam.models.Aggregate"


class Prefixes(Transformation):
    """``is_pool=True`` is ``type="pool"``; what is no pool is a network or a container, which a person has to say."""

    id = "prefixes"
    title = "Prefix.is_pool and the status Container become Prefix.type; get_child_prefixes() becomes descendants()"
    since = "2.0"
    page = table("v2-prefix-methods").page

    def concerns(self, text: str) -> bool:
        """Whether it has any of them."""
        return any(name in text for name in ("is_pool", "get_child_prefixes", "Container", "Aggregate")) or (
            "container" in text and "status" in text
        )

    def run(self, file: Understood) -> cst.Module:
        """Rewrite the certain ones; mark the rest."""
        for place in places(file):
            names = place.path.split("__")
            if not {"is_pool", "status", "slug", "name"} & {*names} or guarded(file, place.node):
                continue
            if place.path.rpartition("__")[2] == "is_pool" and place.argument is not None:
                self._pool(file, place)
            elif place.model in ("Prefix", "Status") and "status" in (*place.path.split("__"), place.model.lower()):
                value = string_of(place.argument.value) if place.argument is not None else None
                if value in ("container", "Container"):
                    reason = 'the status Container is gone: such prefixes have type="container" and another status'
                    file.todo(place.node, reason, _TYPES)
        self._methods(file)
        self._aggregates(file)
        return file.edited()

    def _pool(self, file: Understood, place: Place) -> None:
        before, _, _ = place.path.rpartition("__")
        starts_at_prefix = place.model == "Prefix" if not before else lookup(place.model, before).model == "Prefix"
        if not starts_at_prefix or place.argument is None or dotted(place.argument.value) != "True":
            return
        if rewrite(file, place, f"{before}__type" if before else "type"):
            file.replace(place.argument.value, cst.SimpleString('"pool"'))
            file.changed(place.node, 'is_pool=True is type="pool" now', CERTAIN)

    def _methods(self, file: Understood) -> None:
        objects = objects_of(file)
        names = {old.removesuffix("()"): new.removesuffix("()") for old, new in table("v2-prefix-methods").rows}
        for node in objects.of_type(cst.Attribute):
            if isinstance(node, cst.Attribute) and node.attr.value in names:
                new = names[node.attr.value]
                file.replace(node.attr, node.attr.with_changes(value=new))
                known = objects.model_of(node.value) == "Prefix"
                file.changed(node, f"{node.attr.value}() is {new}() now", CERTAIN if known else LIKELY)

    def _aggregates(self, file: Understood) -> None:
        page = table("v2-models-aggregate").page
        for node in objects_of(file).of_type(cst.ImportFrom, cst.Name, cst.Attribute):
            if isinstance(node, cst.ImportFrom):
                names = node.names if not isinstance(node.names, cst.ImportStar) else ()
                gone = any(f"{dotted(node.module or node)}.{each.evaluated_name}" == _AGGREGATE for each in names)
                if gone and not guarded(file, node):
                    file.todo(node, "Aggregate is gone: aggregates are prefixes of the type container", page)
            elif file.qualified(node) == _AGGREGATE and isinstance(file.parent(node), cst.Attribute):
                reason = 'aggregates are Prefix objects with type="container" now; other prefixes may have it, too'
                file.todo(node, reason, page)

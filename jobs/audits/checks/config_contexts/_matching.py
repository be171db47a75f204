"""Which config contexts apply to which objects.

Nautobot can tell in SQL (`annotate_config_context_data`), with a join of each object to all contexts and their dozen
many-to-many fields: minutes for ten thousand devices. Contexts are few and objects much alike, so what contexts ask for
is fetched once, the objects are streamed with the handful of columns that matter, and each combination of values that
contexts ask for is decided once. The rules are those of `nautobot.extras.querysets.ConfigContextQuerySet.get_for_object`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Model, OuterRef, QuerySet
from nautobot.dcim.models import Device, Location
from nautobot.extras.models import ConfigContext, StaticGroupAssociation
from nautobot.extras.models.tags import TaggedItem
from nautobot.tenancy.models import TenantGroup
from nautobot.virtualization.models import Cluster, VirtualMachine

from ....toolkit.queries import collect

# What a context can ask for: field of the context to path from an object, by model. No path: such objects never match.
_PATHS: dict[type[Model], dict[str, str]] = {
    Device: {
        "locations": "location_id",
        "roles": "role_id",
        "device_types": "device_type_id",
        "device_families": "device_type__device_family_id",
        "device_redundancy_groups": "device_redundancy_group_id",
        "platforms": "platform_id",
        "tenants": "tenant_id",
        "tenant_groups": "tenant__tenant_group_id",
    },
    VirtualMachine: {
        "locations": "cluster__location_id",
        "roles": "role_id",
        "platforms": "platform_id",
        "tenants": "tenant_id",
        "tenant_groups": "tenant__tenant_group_id",
        "clusters": "cluster_id",
        "cluster_groups": "cluster__cluster_group_id",
    },
}
# Fields for which what is above an object's own value counts as well.
_TREES = {"locations": Location, "tenant_groups": TenantGroup}

Combination = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class AppliedContext:
    """An active config context."""

    pk: Any
    name: str
    weight: int
    data: Any
    wanted: Mapping[str, frozenset[str]]


class Matching:
    """All active contexts, in the order in which Nautobot merges them. Asks for them, and for the trees if they matter."""

    def __init__(self) -> None:
        self.contexts = list(_contexts())
        self._asked: dict[str, set[str]] = defaultdict(set)
        for context in self.contexts:
            for field, keys in context.wanted.items():
                self._asked[field] |= keys
        self._parents = dict(_parents()) if set(self._asked) & set(_TREES) else {}
        self._known: dict[tuple[str, Any], frozenset[str]] = {}
        self._decided: dict[Combination, tuple[AppliedContext, ...]] = {}

    def annotated(self, objects: QuerySet) -> tuple[QuerySet, tuple[str, ...]]:
        """The objects with what the contexts ask for, and the names of the annotations."""
        paths: dict[str, Any] = {
            f"context_{field}": F(path) for field, path in _PATHS[objects.model].items() if field in self._asked
        }
        meta = objects.model._meta
        for field in sorted(set(self._asked) - set(_PATHS[objects.model])):
            if field == "tags":
                items = TaggedItem.objects.filter(
                    content_type__app_label=meta.app_label, content_type__model=meta.model_name
                )
                paths["context_tags"] = collect(items.filter(object_id=OuterRef("pk")), "tag_id")
            elif field == "dynamic_groups" and settings.CONFIG_CONTEXT_DYNAMIC_GROUPS_ENABLED:
                members = StaticGroupAssociation.all_objects.filter(associated_object_id=OuterRef("pk"))
                paths["context_dynamic_groups"] = collect(members, "dynamic_group_id")
            elif field in ("clusters", "cluster_groups") and objects.model is Device:
                column = "pk" if field == "clusters" else "cluster_group_id"
                paths[f"context_{field}"] = collect(Cluster.objects.filter(devices=OuterRef("pk")), column)
        return objects.annotate(**paths), tuple(paths)

    def counted(self) -> Iterator[tuple[tuple[AppliedContext, ...], int]]:
        """Contexts that apply together, and to how many devices and virtual machines: two queries."""
        for model in _PATHS:
            objects, columns = self.annotated(model._default_manager.order_by())
            counted: Counter[Combination] = Counter()
            for row in objects.values(*columns, "pk").iterator(chunk_size=2000):
                counted[self._combination(row, columns)] += 1
            for combination, number in counted.items():
                yield self._decide(combination), number

    def applying(self, row: Mapping[str, Any], columns: Iterable[str]) -> tuple[AppliedContext, ...]:
        """The contexts that apply to the object of a row, in the order of merging."""
        return self._decide(self._combination(row, columns))

    def _combination(self, row: Mapping[str, Any], columns: Iterable[str]) -> Combination:
        """What of a row decides: only values that a context asks for, so that many objects have the same."""
        return tuple((column, self._asked_for(column, row[column])) for column in columns)

    def _asked_for(self, column: str, value: Any) -> frozenset[str]:
        if isinstance(value, list):
            return frozenset().union(*(self._asked_for(column, each) for each in value))
        if value is None:
            return frozenset()
        if (column, value) not in self._known:
            field = column.removeprefix("context_")
            keys = self._with_ancestors(_key(value)) if field in _TREES else {_key(value)}
            self._known[column, value] = frozenset(keys & self._asked[field])
        return self._known[column, value]

    def _with_ancestors(self, key: str) -> set[str]:
        found: set[str] = set()
        above: str | None = key
        while above and above not in found:
            found.add(above)
            above = self._parents.get(above)
        return found

    def _decide(self, combination: Combination) -> tuple[AppliedContext, ...]:
        if combination not in self._decided:
            values = {column.removeprefix("context_"): keys for column, keys in combination}
            self._decided[combination] = tuple(
                context
                for context in self.contexts
                if all(keys & values.get(field, frozenset()) for field, keys in context.wanted.items())
            )
        return self._decided[combination]


def _key(value: Any) -> str:
    """A primary key as text. In JSON, MySQL writes it without hyphens."""
    return str(value).replace("-", "")


def _parents() -> Iterator[tuple[str, str]]:
    """Key of each object in a tree, with that of its parent: one query for all trees."""
    trees = [
        model.objects.without_tree_fields().order_by().filter(parent__isnull=False).values_list("pk", "parent_id")
        for model in _TREES.values()
    ]
    for pk, parent in trees[0].union(*trees[1:], all=True):
        yield _key(pk), _key(parent)


def _contexts() -> Iterator[AppliedContext]:
    fields = [field for field in ConfigContext._meta.many_to_many if field.related_model is not None]
    wanted = {
        f"wanted_{field.name}": collect(
            field.remote_field.through._base_manager.filter(configcontext_id=OuterRef("pk")), field.m2m_reverse_name()
        )
        for field in fields
        if field.name in _FIELDS
    }
    rows = ConfigContext.objects.filter(is_active=True).annotate(**wanted).order_by("weight", "name")
    for row in rows.values("pk", "name", "weight", "data", *wanted):
        keys = {name.removeprefix("wanted_"): frozenset(map(_key, row[name])) for name in wanted if row[name]}
        if not settings.CONFIG_CONTEXT_DYNAMIC_GROUPS_ENABLED:
            keys.pop("dynamic_groups", None)
        yield AppliedContext(row["pk"], row["name"], row["weight"], row["data"], keys)


_FIELDS = {
    *(field for paths in _PATHS.values() for field in paths),
    "tags",
    "dynamic_groups",
}


def differing(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Dotted paths of the keys that two contexts set to different values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) & set(other)):
            yield from differing(one[key], other[key], f"{path}.{key}" if path else key)
    elif one != other:
        yield path


def has_path(data: Any, path: str) -> bool:
    """Does the data have a value, other than null, at a dotted path?"""
    for key in path.split("."):
        if not isinstance(data, dict) or data.get(key) is None:
            return False
        data = data[key]
    return True

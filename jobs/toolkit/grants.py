"""Object permissions seen from the objects: who may do something to which, for all users in a handful of queries.

`.restrict(user, action)` answers for one user; asked for each of a thousand users it would be a thousand questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, QuerySet, Value
from nautobot.core.utils.permissions import qs_filter_from_constraints
from nautobot.users.models import ObjectPermission

from .queries import chunks

_USER = "$user"
_MOST_BRANCHES = 50


class Source(NamedTuple):
    """Where somebody has a permission from.

    Args:
        permission: its name.
        group: name of the group that it came by; "" if it was given to the user.
    """

    permission: str
    group: str = ""

    def __str__(self) -> str:
        return f"{self.permission} (group {self.group})" if self.group else self.permission


class Grants:
    """Who may do one thing to the objects of a model, as `ObjectPermissionBackend` decides it.

    Groups that an external directory gives at login are known as of the last login.

    Args:
        objects: all that the question is about.
        action: such as "run".

    Attributes:
        superusers: primary keys of active superusers, who may do everything.
        broken: name of a permission to why its constraints cannot be asked.
    """

    def __init__(self, objects: QuerySet, action: str) -> None:
        self._model: type[Model] = objects.model
        self._keys = objects.order_by().values("pk")
        users = get_user_model()
        self.superusers = set(users.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True))
        content_type = ContentType.objects.get_for_model(self._model)
        permissions = {
            permission.pk: permission
            for permission in ObjectPermission.objects.filter(enabled=True, object_types=content_type)
            if action in permission.actions
        }
        self.broken: dict[str, str] = {}
        # By permission: user to where from.
        self._holders: dict[Any, dict[Any, list[Source]]] = defaultdict(lambda: defaultdict(list))
        self._read_holders(permissions)
        # By permission and, where its constraints name the user, by user: keys of objects.
        self._reach: dict[tuple[Any, Any], set[Any]] = defaultdict(set)
        self._ask(permissions)

    def _read_holders(self, permissions: dict[Any, ObjectPermission]) -> None:
        given = ObjectPermission.objects.filter(pk__in=list(permissions)).order_by()
        direct = given.filter(users__is_active=True).values_list("pk", "users__pk")
        for pk, user in direct:
            self._holders[pk][user].append(Source(permissions[pk].name))
        by_group = given.filter(groups__user__is_active=True).values_list("pk", "groups__user__pk", "groups__name")
        for pk, user, group in by_group:
            self._holders[pk][user].append(Source(permissions[pk].name, group))

    def _ask(self, permissions: dict[Any, ObjectPermission]) -> None:
        asked: dict[Any, tuple[list[Any], Any]] = {}
        for pk, permission in permissions.items():
            constraints = permission.list_constraints()
            users = list(self._holders[pk]) if _USER in str(constraints) else [None]
            asked.update({(pk, user): (constraints, user) for user in users})
        found, broken = reached(self._model._default_manager.filter(pk__in=self._keys), asked)
        self._reach.update(found)
        self.broken = {permissions[pk].name: why for (pk, _), why in broken.items()}

    def allowed(self, user: Any, key: Any) -> bool:
        """Whether an active user, by primary key, may do it to the object with that key."""
        return user in self.superusers or any(
            user in holders and (key in self._reach[pk, None] or key in self._reach[pk, user])
            for pk, holders in self._holders.items()
        )

    def by_user(self, key: Any) -> dict[Any, list[Source]]:
        """By primary key, who may do it to the object with that key, and by what; superusers, who need nothing, apart."""
        found: dict[Any, list[Source]] = defaultdict(list)
        for pk, holders in self._holders.items():
            everyone = key in self._reach[pk, None]
            for user, sources in holders.items():
                if everyone or key in self._reach[pk, user]:
                    found[user] += sources
        return dict(found)


def reached(
    objects: QuerySet, asked: Mapping[Any, tuple[list[Any], Any]]
) -> tuple[dict[Any, set[Any]], dict[Any, str]]:
    """Which of the objects fit constraints, as permissions have them: fifty of them are one question.

    Args:
        objects: all that the question is about.
        asked: any key to constraints, and to the user, by primary key, that they may name.

    Returns:
        key to primary keys of the objects that fit; and key to why its constraints cannot be asked.
    """
    branches: list[tuple[Any, QuerySet]] = []
    broken: dict[Any, str] = {}
    for key, (constraints, user) in asked.items():
        try:
            condition = qs_filter_from_constraints(constraints, {_USER: user})
            branches.append((key, objects.filter(condition).order_by()))
        except (FieldError, ValidationError, ValueError, TypeError) as error:
            broken[key] = str(error)
    found: dict[Any, set[Any]] = {key: set() for key, _ in branches}
    for chunk in chunks(branches, _MOST_BRANCHES):
        queries = [
            each.annotate(_branch=Value(index)).values_list("_branch", "pk") for index, (_, each) in enumerate(chunk)
        ]
        rows = queries[0].union(*queries[1:]) if len(queries) > 1 else queries[0].distinct()
        for index, pk in rows:
            found[chunk[index][0]].add(pk)
    return found, broken

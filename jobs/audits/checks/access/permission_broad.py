"""USERS-PERMISSION-001: permission without constraints on what rules Nautobot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from nautobot.users.models import ObjectPermission

from ....toolkit.access import visible
from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect

# Whoever may change these can get at everything else.
_SENSITIVE = (
    "auth.group",
    "extras.gitrepository",
    "extras.job",
    "extras.secret",
    "extras.secretsgroup",
    "extras.secretsgroupassociation",
    "users.objectpermission",
    "users.token",
    "users.user",
)
_ACTIONS = ("add", "change", "delete")


class BroadPermission(Check):
    """Permissions by which those who are no administrators can become some."""

    id = "USERS-PERMISSION-001"
    title = "Permission without constraints on what rules Nautobot"
    severity = Severity.HIGH
    model = "users.objectpermission"
    description = (
        "The permission is enabled, has no constraints, allows to add, change or delete objects of one of the models in "
        "the parameter `models`, and is given to a group that is not in `admin_groups`, or to an active user who is no "
        "superuser. Who may change users and permissions can give themselves all of them; who may change Git repositories "
        "and Jobs can have Nautobot run any code; who may change secrets can point them elsewhere."
    )
    remedy = "Constrain the permission, take the models out of it, or give it to a group of administrators only."
    tags = ("access",)
    parameters = {
        "models": Parameter(_SENSITIVE, "Labels, in lower case, of the models that only administrators should change."),
        "admin_groups": Parameter(
            ("admin", "admins", "administrator", "administrators", "superusers", "nautobot admins"),
            "Names of the groups of administrators, whatever the case.",
        ),
    }
    since = "0.1.0"
    bad = 'The group Network Engineers has "all of extras", with add, change and delete, secrets and Jobs included.'
    good = "Network Engineers may view secrets, and change Git repositories whose name starts with network."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Permissions by their actions, models and holders."""
        allowing = reduce(or_, (Q(actions__contains=[action]) for action in _ACTIONS))
        # None, here, is the null of JSON.
        empty: tuple[Any, ...] = (None, {}, [], [{}])
        unconstrained = reduce(or_, (Q(constraints=value) for value in empty), Q(constraints__isnull=True))
        types = ObjectPermission.object_types.through.objects.filter(
            _any_label(self.values["models"]), objectpermission_id=OuterRef("pk")
        )
        admins = reduce(or_, (Q(name__iexact=name) for name in self.values["admin_groups"]), Q(pk__in=[]))
        groups = {"object_permissions": OuterRef("pk")}
        users = {"object_permissions": OuterRef("pk"), "is_active": True, "is_superuser": False}
        permissions = objects.filter(
            allowing,
            unconstrained,
            Exists(types),
            Exists(Group.objects.filter(**groups).exclude(admins)) | Exists(get_user_model().objects.filter(**users)),
            enabled=True,
        ).annotate(
            sensitive=collect(types, Concat("contenttype__app_label", Value("."), "contenttype__model")),
            to_groups=collect(visible(context.user, Group).filter(**groups).exclude(admins), "name"),
            to_users=collect(visible(context.user, get_user_model()).filter(**users), "username"),
        )
        for row in self.rows(permissions, "actions", "sensitive", "to_groups", "to_users"):
            yield self.finding(
                row,
                context,
                "The permission allows others than administrators to change what rules Nautobot.",
                details={
                    "actions": ", ".join(action for action in _ACTIONS if action in row["actions"]),
                    "models": _listed(row["sensitive"]),
                    "groups": _listed(row["to_groups"]),
                    "users": _listed(row["to_users"]),
                },
            )


def _any_label(labels: tuple[str, ...]) -> Q:
    pairs = (label.split(".", 1) for label in labels)
    return reduce(
        or_,
        (Q(contenttype__app_label=app_label, contenttype__model=model) for app_label, model in pairs),
        Q(pk__in=[]),
    )


def _listed(names: list[Any] | None) -> str:
    return ", ".join(sorted(names or ()))

"""Users, tokens, permissions, secrets and Jobs as rows of tables, as far as somebody may view them.

Never the key of a token, nor the value of a secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import OuterRef, Prefetch, QuerySet
from django.utils import timezone
from nautobot.extras.models import Secret, SecretsGroup, SecretsGroupAssociation
from nautobot.extras.secrets.exceptions import SecretError
from nautobot.users.models import ObjectPermission, Token

from .access import visible
from .grants import Grants, Source
from .links import object_path
from .queries import count
from .tables import Link

USER = ("user", "state", "groups", "permissions", "API tokens", "last login", "created")
TOKEN = ("user", "description", "may", "created", "expires", "state")
PERMISSION = ("permission", "enabled", "actions", "object types", "constraints", "groups", "users")
SECRET = ("secrets group", "access type", "secret type", "secret", "provider", "used by", "probe")

_CHUNK = 1000
_MOST_NAMES = 20


def link(record: Any, text: str = "") -> Link:
    """A cell with the name of a record, which leads to its page."""
    return Link(text or str(record), object_path(record._meta.label_lower, record.pk))


def users(viewer: Any, objects: QuerySet) -> Iterator[list[Any]]:
    """Users, by name."""
    groups = visible(viewer, Group)
    permissions = visible(viewer, ObjectPermission)
    objects = objects.annotate(
        own_permissions=count(permissions.filter(users=OuterRef("pk"))),
        own_tokens=count(visible(viewer, Token).filter(user=OuterRef("pk"))),
    ).prefetch_related(Prefetch("groups", queryset=groups.order_by("name")))
    for user in objects.order_by("username").iterator(chunk_size=_CHUNK):
        state = "superuser" if user.is_superuser else "staff" if user.is_staff else "user"
        yield [
            link(user, user.username),
            state if user.is_active else f"inactive {state}",
            ", ".join(group.name for group in user.groups.all()),
            user.own_permissions,
            user.own_tokens,
            _day(user.last_login) or "never",
            _day(user.date_joined),
        ]


def tokens(viewer: Any, owners: QuerySet) -> Iterator[list[Any]]:
    """API tokens of these users."""
    now = timezone.now()
    columns = ("user__username", "description", "write_enabled", "created", "expires")
    found = visible(viewer, Token).filter(user__in=owners.order_by().values("pk")).order_by("user__username", "created")
    for username, description, writes, created, expires in found.values_list(*columns).iterator(chunk_size=_CHUNK):
        state = "never expires" if expires is None else "expired" if expires < now else "valid"
        yield [username, description, "read and write" if writes else "read", _day(created), _day(expires), state]


def permissions(viewer: Any) -> Iterator[list[Any]]:
    """Object permissions, with who has them."""
    found = visible(viewer, ObjectPermission).prefetch_related(
        "object_types",
        Prefetch("groups", queryset=visible(viewer, Group).order_by("name")),
        Prefetch("users", queryset=visible(viewer, get_user_model()).order_by("username")),
    )
    for permission in found.order_by("name").iterator(chunk_size=_CHUNK):
        yield [
            link(permission),
            "yes" if permission.enabled else "no",
            ", ".join(permission.actions),
            ", ".join(sorted(f"{each.app_label}.{each.model}" for each in permission.object_types.all())),
            json.dumps(permission.constraints) if permission.constraints else "",
            ", ".join(group.name for group in permission.groups.all()),
            ", ".join(user.username for user in permission.users.all()),
        ]


class Probe:
    """Reads secrets, and tells whether that worked.

    Attributes:
        failed: how many could not be read.
    """

    def __init__(self) -> None:
        self.failed = 0
        self._known: dict[Any, str] = {}

    def __call__(self, secret: Secret) -> str:
        """Whether it can be read; asked once a secret."""
        if secret.pk not in self._known:
            self._known[secret.pk] = self._read(secret)
        return self._known[secret.pk]

    def _read(self, secret: Secret) -> str:
        if any("{{" in str(value) or "{%" in str(value) for value in (secret.parameters or {}).values()):
            return "depends on an object"
        try:
            value = secret.get_value()
        except SecretError as error:
            # Not its text: what a provider writes there, nobody knows.
            self.failed += 1
            return f"cannot be read ({type(error).__name__})"
        if value in (None, ""):
            self.failed += 1
            return "empty"
        return "can be read"


def secrets(viewer: Any, probe: Probe | None) -> Iterator[list[Any]]:
    """Secrets by secrets group, those in no group at the end."""
    groups = {group.pk: group for group in _counted(visible(viewer, SecretsGroup)).order_by("name")}
    own = visible(viewer, Secret)
    places = (
        SecretsGroupAssociation.objects.filter(secrets_group__in=list(groups), secret__in=own.order_by().values("pk"))
        .select_related("secret")
        .order_by("secrets_group__name", "access_type", "secret_type")
    )
    for place in places.iterator(chunk_size=_CHUNK):
        group = groups[place.secrets_group_id]
        tail = [link(place.secret), place.secret.provider, _uses(group), probe(place.secret) if probe else ""]
        yield [link(group), place.access_type, place.secret_type, *tail]
    for secret in own.filter(secrets_groups__isnull=True).order_by("name").iterator(chunk_size=_CHUNK):
        yield ["", "", "", link(secret), secret.provider, "no secrets group", probe(secret) if probe else ""]


def _counted(groups: QuerySet) -> QuerySet:
    """With how many objects of each model use a secrets group."""
    return groups.annotate(
        **{
            f"uses_{index}": count(
                relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            )
            for index, relation in enumerate(_relations())
        }
    )


def _uses(group: SecretsGroup) -> str:
    found = [
        f"{number} {relation.related_model._meta.verbose_name_plural}"
        for index, relation in enumerate(_relations())
        if (number := getattr(group, f"uses_{index}"))
    ]
    return ", ".join(found) or "nothing"


def _relations() -> list[Any]:
    return [
        relation
        for relation in SecretsGroup._meta.related_objects
        if relation.one_to_many and relation.related_model is not SecretsGroupAssociation
    ]


class Matrix:
    """Who may run which Job.

    Args:
        grants: who may run them.
        names: users that are told, primary key to name, in the order of the columns.
        viewer: who gets to see names of permissions and groups, as far as they may.
    """

    def __init__(self, grants: Grants, names: Mapping[Any, str], viewer: Any) -> None:
        self._grants, self._names = grants, names
        self._permissions = set(visible(viewer, ObjectPermission).values_list("name", flat=True))
        self._groups = set(visible(viewer, Group).values_list("name", flat=True))
        self.superusers = {pk for pk in names if pk in grants.superusers}

    def of(self, key: Any) -> dict[Any, str]:
        """Users who may run a Job, superusers apart, to what allows it."""
        found = self._grants.by_user(key)
        return {
            pk: "; ".join(sorted({self._told(source) for source in sources}))
            for pk, sources in found.items()
            if pk in self._names and pk not in self.superusers
        }

    def cells(self, reasons: Mapping[Any, str]) -> Iterator[str]:
        """A cell for each user."""
        for pk in self._names:
            yield "superuser" if pk in self.superusers else reasons.get(pk, "")

    def _told(self, source: Source) -> str:
        if source.permission not in self._permissions:
            return "a permission that you may not view"
        return str(source if source.group in self._groups else source._replace(group=""))


def who(job: Any, reasons: Mapping[Any, str], superusers: set[Any], names: Mapping[Any, str]) -> list[Any]:
    """A Job, and in words who may run it."""
    users = sorted(names[pk] for pk in reasons)
    told = ", ".join(users[:_MOST_NAMES]) + (" …" if len(users) > _MOST_NAMES else "")
    return [link(job, job.name), state(job), len(superusers), len(users), told]


def state(job: Any) -> str:
    """Whether a Job can be run at all."""
    return "not installed" if not job.installed else "enabled" if job.enabled else "disabled"


def _day(moment: Any) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""

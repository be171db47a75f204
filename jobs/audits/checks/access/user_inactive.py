"""USERS-USER-002: inactive user with rights."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth


class InactiveUserWithRights(Check):
    """Users who are gone, but whose rights are not."""

    id = "USERS-USER-002"
    title = "Inactive user with rights"
    severity = Severity.LOW
    model = "users.user"
    description = (
        "The user is inactive, and still a superuser, a member of groups, or named in permissions. All of it is back as "
        "soon as somebody activates the user. Tokens of inactive users are another check (USERS-TOKEN-004)."
    )
    remedy = "Take the superuser status, groups and permissions away, or delete the user."
    tags = ("access",)
    since = "0.1.0"
    bad = "marcus was deactivated; he is still in the group Network Engineers."
    good = "priya was deactivated, and has neither groups nor permissions."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Inactive users, and what they still have."""
        user = get_user_model()
        rights = {
            "groups": Exists(user.groups.through.objects.filter(user_id=OuterRef("pk"))),
            "permissions": Exists(user.object_permissions.through.objects.filter(user_id=OuterRef("pk"))),
        }
        users = objects.annotate(**{f"has_{name}": truth(Q(condition)) for name, condition in rights.items()})
        users = users.filter(Q(is_superuser=True) | Q(has_groups=True) | Q(has_permissions=True), is_active=False)
        for row in self.rows(users, "is_superuser", "has_groups", "has_permissions"):
            has = ["superuser status"] if row["is_superuser"] else []
            has += [name for name in rights if row[f"has_{name}"]]
            yield self.finding(
                row, context, "The user is inactive and still has rights.", details={"has": ", ".join(has)}
            )

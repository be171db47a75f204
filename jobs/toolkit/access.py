"""May this user do that? Nautobot runs Jobs with full database rights, so every Job has to ask for itself."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from nautobot.apps.models import RestrictedQuerySet


class RefusalError(Exception):
    """The Job cannot do what it was asked to do; the message tells the user why, and what to do about it.

    Raised for bad input and for missing permissions, never for a defect of the Job itself. The engines end the Job
    with the message and without a traceback.
    """


class AccessError(RefusalError):
    """The user who runs the Job lacks a permission."""


def visible(user: Any, model: type[Model], action: str = "view") -> QuerySet:
    """The objects that a user may see (or change, delete): ``.restrict(user, action)``, also for models without it."""
    objects = model._default_manager.all()
    if not hasattr(objects, "restrict"):  # users and their permissions have managers of Django's
        objects = RestrictedQuerySet(model)
    return objects.restrict(user, action)


def require(user: Any, model: type[Model], *actions: str) -> None:
    """Raise `AccessError` unless the user holds every permission, with or without constraints.

    This is the coarse question that deserves a clear answer ("you may not look at devices at all"). Which objects the
    user may see or change is a question for each queryset: `.restrict(user, action)`.

    Args:
        user: the user who runs the Job, or None when Nautobot no longer knows that user.
        model: the model that the permissions are about.
        actions: "view", "add", "change", "delete"; of Jobs also "run".
    """
    # Not get_permission_for_model(), which does not know Nautobot's further actions, such as run.
    needed = [f"{model._meta.app_label}.{action}_{model._meta.model_name}" for action in actions]
    if user is None:
        raise AccessError(
            f"The user who started this Job no longer exists. Run it as a user with: {', '.join(needed)}."
        )
    missing = [permission for permission in needed if not user.has_perm(permission)]
    if missing:
        raise AccessError(
            f'User "{user}" lacks the permission {", ".join(missing)}. Ask an administrator of Nautobot to grant it '
            f"(Admin > Object permissions, object type {model._meta.app_label} | {model._meta.verbose_name})."
        )

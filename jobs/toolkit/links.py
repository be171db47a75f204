"""Links to objects in Nautobot, without fetching the objects."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from nautobot.apps.utils import get_route_for_model

_PLACEHOLDER = UUID(int=0)


@cache
def _path_pattern(model: str) -> str:
    # In the order in which nautobot.core.models.BaseModel.get_absolute_url tries them.
    for action in ("retrieve", "detail", ""):
        try:
            return reverse(get_route_for_model(apps.get_model(model), action), kwargs={"pk": _PLACEHOLDER})
        except NoReverseMatch:
            continue
    return ""


def object_path(model: str, pk: object) -> str:
    """Path of an object's page, such as "/dcim/devices/<pk>/"; "" for a model without pages.

    The URL resolver is asked once a model, not once an object.
    """
    return _path_pattern(model).replace(str(_PLACEHOLDER), str(pk))


def base_url() -> str:
    """Address of this Nautobot, such as "https://nautobot.example.com"; "" if the settings do not tell.

    Files are read outside Nautobot, where a path alone leads nowhere, and Nautobot has no setting for its own address.
    The first origin without a wildcard in CSRF_TRUSTED_ORIGINS is one that browsers use; else the first real host name
    in ALLOWED_HOSTS, with https.
    """
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if "*" not in origin:
            return origin.rstrip("/")
    for host in settings.ALLOWED_HOSTS:
        if "." in host.strip(".") and "*" not in host and not host.startswith(".") and not host[0].isdigit():
            return f"https://{host}"
    return ""

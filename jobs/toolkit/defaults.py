"""What Jobs take where a form leaves a status or a namespace empty. Teams rename and delete both."""

from __future__ import annotations

from typing import Any

from nautobot.extras.models import Status
from nautobot.ipam.models import Namespace

from .access import RefusalError

GLOBAL = "Global"


def default_status(model: Any, name: str, variable: str = "Status") -> Status:
    """The status of this name.

    Args:
        model: whose objects get it.
        name: of a status that Nautobot has from its beginning.
        variable: where the user selects another one, as the form calls it; "" if nowhere.

    Raises:
        RefusalError: objects of the model have no such status.
    """
    status = Status.objects.get_for_model(model).filter(name=name).first()
    if status is None and not variable:
        raise RefusalError(f"There is no status {name} for {model._meta.verbose_name_plural}. Create it.")
    if status is None:
        raise RefusalError(
            f"{variable}: {model._meta.verbose_name_plural} have no status {name}. Select one, or create it."
        )
    return status


def default_namespace(variable: str = "Namespace") -> Namespace:
    """The namespace that Nautobot has from its beginning.

    Raises:
        RefusalError: it is there no more, under this name.
    """
    namespace = Namespace.objects.filter(name=GLOBAL).first()
    if namespace is None:
        raise RefusalError(f"{variable}: there is no namespace {GLOBAL}. Select one, or create it.")
    return namespace

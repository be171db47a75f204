"""What receivers of buttons and hooks share: their object as the user may see it, other Jobs run in their place, settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Model
from nautobot.apps.jobs import Job
from nautobot.apps.utils import get_permission_for_model
from nautobot.extras.models import ConfigContext

from .access import AccessError, RefusalError, visible

CONTEXT_KEY = "job_receivers"


@contextmanager
def refusals(receiver: Job) -> Iterator[None]:
    """A `RefusalError` in the block fails the receiver with its message."""
    try:
        yield
    except RefusalError as refusal:
        receiver.fail("%s", refusal, extra={"grouping": "receiver"})


def permitted(receiver: Job, obj: Any, *labels: str, action: str = "view") -> Any:
    """The object, if the user may view it: Nautobot hands it over whatever the user may see.

    Raises:
        RefusalError: it is none of these models.
        AccessError: the user may not view it.
    """
    model = type(obj)
    if model._meta.label_lower not in labels:
        names = ", ".join(labels)
        raise RefusalError(
            f"Object: {model._meta.verbose_name} is not what this Job is for. Take the type out of the job button or "
            f"job hook; there may be {names}."
        )
    if receiver.user is None or not visible(receiver.user, model, action).filter(pk=obj.pk).exists():
        raise AccessError(f"You need the permission {get_permission_for_model(model, action)} on this object.")
    return obj


def run_in_place(receiver: Job, job_class: type[Job], **inputs: Any) -> dict[str, Any]:
    """Run another Job as part of this one: its log and its files are this one's, and so is its failure.

    Permissions are asked for the user of the receiver, and Nautobot takes its changes for the receiver's: those of a
    hook start no hook.
    """
    job: Any = job_class()
    job.request = receiver.request
    result = job.run(**inputs)
    receiver._failed = receiver._failed or job._failed
    return dict(result or {})


def settings(receiver: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """What administrators have set for a receiver, over its defaults.

    Active config contexts with the key `job_receivers` have it, by the name of the receiver's class; those of more weight
    win. To which devices they are assigned does not matter.

    Args:
        receiver: name of its class.
        defaults: names of its settings to their defaults, which tell the kind of value.

    Raises:
        RefusalError: there is no such setting, or a value is of another kind; the message names the config context.
    """
    values = dict(defaults)
    contexts = ConfigContext.objects.filter(is_active=True, data__has_key=CONTEXT_KEY).order_by("weight", "name")
    for name, data in contexts.values_list("name", "data"):
        where = f'Config context "{name}": {CONTEXT_KEY}'
        given = data[CONTEXT_KEY]
        if not isinstance(given, dict) or not isinstance(given.get(receiver, {}), dict):
            raise RefusalError(
                f"{where} has to be an object of objects: {{{receiver}: {{{next(iter(defaults))}: …}}}}."
            )
        for key, value in given.get(receiver, {}).items():
            if key not in defaults:
                raise RefusalError(f"{where}: {receiver} has no setting {key}. There are {', '.join(defaults)}.")
            if type(value) is not type(defaults[key]):
                kind = type(defaults[key]).__name__
                raise RefusalError(f"{where}: {receiver}: {key} has to be a {kind}, such as {defaults[key]!r}.")
            values[key] = value
    return values


def choice(receiver: str, key: str, value: str, *choices: str) -> str:
    """A setting that is one of several words.

    Raises:
        RefusalError: it is none of them.
    """
    if value not in choices:
        raise RefusalError(
            f'{CONTEXT_KEY}: {receiver}: {key}: there is no "{value}". Choose among {", ".join(choices)}.'
        )
    return value


def model_label(obj: Model) -> str:
    """Label of an object's model in lower case: "dcim.device"."""
    return str(obj._meta.label_lower)

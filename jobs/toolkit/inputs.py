"""Stored inputs of a Job, such as those of a schedule: do they still fit the Job's form?

The form itself would ask the database for each object of each schedule; here objects are asked for once a model, for
all inputs together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model
from nautobot.apps.jobs import FileVar, Job, MultiObjectVar, ObjectVar
from nautobot.extras.models import FileProxy

from .queries import chunks


def misfits(stored: Iterable[tuple[Any, type[Job], Mapping[str, Any]]]) -> Iterator[tuple[Any, str, str]]:
    """What of stored inputs no longer fits: what they belong to, the variable, and why. Values are never told.

    Args:
        stored: what they belong to, the class of the Job, and the inputs by variable, as Nautobot stores them.
    """
    found: list[tuple[Any, str, str]] = []
    wanted: dict[type[Model], dict[str, list[tuple[Any, str]]]] = defaultdict(lambda: defaultdict(list))
    for owner, job, inputs in stored:
        variables = job._get_vars()
        for name in sorted(set(inputs) - set(variables)):
            if not name.startswith("_"):  # what Nautobot adds itself
                found.append((owner, name, "the Job has no such variable any more"))
        for name, variable in variables.items():
            value = inputs.get(name)
            if value in (None, "", []):
                if variable.field_attrs.get("required") and not _has_default(variable):
                    found.append((owner, name, "the Job needs a value now"))
            elif isinstance(variable, (ObjectVar, FileVar)):
                model = FileProxy if isinstance(variable, FileVar) else variable.field_attrs["queryset"].model
                keys = value if isinstance(variable, MultiObjectVar) else [value]
                problem = _note(wanted[model], owner, name, keys)
                if problem:
                    found.append((owner, name, problem))
            else:
                try:
                    variable.as_field().clean(value)
                except (ValidationError, TypeError, ValueError):
                    found.append((owner, name, "the Job does not accept the value any more"))
    for model, keys in wanted.items():
        there: set[str] = set()
        for chunk in chunks(keys):
            there.update(str(pk) for pk in model._default_manager.filter(pk__in=chunk).values_list("pk", flat=True))
        gone = "the file is gone" if model is FileProxy else f"the {model._meta.verbose_name} is gone"
        found += [(owner, name, gone) for key, users in keys.items() if key not in there for owner, name in users]
    yield from dict.fromkeys(found)


def _has_default(variable: Any) -> bool:
    return variable.field_attrs.get("initial") is not None


def _note(wanted: dict[str, list[tuple[Any, str]]], owner: Any, name: str, keys: Any) -> str:
    """Note which objects are to be there; returns what is wrong with the keys already."""
    if isinstance(keys, (str, bytes, Mapping)) or not isinstance(keys, Iterable):
        return "the Job takes several objects now"
    for key in keys:
        if isinstance(key, Mapping):  # over the REST API an object may be named by its fields
            continue
        try:
            wanted[str(UUID(str(key)))].append((owner, name))
        except ValueError:
            return "the value is no key of an object"
    return ""

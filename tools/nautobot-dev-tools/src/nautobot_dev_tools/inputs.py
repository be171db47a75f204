"""From what a person writes (names, files) to what a Job's form takes, and through that form to what ``run()`` gets.

Needs a Nautobot set up in this process.
"""

from __future__ import annotations

import difflib
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import DevToolsError


def resolve(job_class, raw: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Turn inputs as a person writes them into Python values.

    Args:
        job_class: the Job.
        raw: by variable. Objects by natural key: a primary key, a name (whatever the model's natural key starts with), or a mapping of
            lookups (``{name: Ethernet1, device__name: ams01-core-01}``, ``{}`` for any object); several as a list. Files as ``@path``.
        folder: what the paths of files are relative to.

    Raises:
        DevToolsError: names the variable, the value, and what would fit.
    """
    from nautobot.extras.jobs import FileVar, MultiObjectVar, ObjectVar

    variables = job_class._get_vars()
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in variables:
            close = difflib.get_close_matches(name, variables, 1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise DevToolsError(
                f"{job_class.__name__} has no variable {name!r}.{hint} It has: {', '.join(variables) or 'none'}."
            )
        variable = variables[name]
        if value is None:
            values[name] = None
        elif isinstance(variable, MultiObjectVar):
            model = variable.field_attrs["queryset"].model
            values[name] = [find_object(model, one, name) for one in (value if isinstance(value, list) else [value])]
        elif isinstance(variable, ObjectVar):
            values[name] = find_object(variable.field_attrs["queryset"].model, value, name)
        elif isinstance(variable, FileVar):
            values[name] = upload(value, folder, name)
        else:
            values[name] = value
    return values


def find_object(model, key: Any, what: str):
    """Return the one object of a model that a natural key names; the empty mapping stands for any object.

    Raises:
        DevToolsError: there is none, or more than one, or the model has no such fields.
    """
    from django.core.exceptions import FieldError, ValidationError

    queryset = model.objects.all()
    if isinstance(key, Mapping):
        try:
            found = list(queryset.filter(**key).order_by("pk")[: 2 if key else 1])
        except (FieldError, ValidationError, ValueError, TypeError) as error:
            raise DevToolsError(f"{what}: {dict(key)!r} does not fit a {model._meta.verbose_name}: {error}") from error
    elif _is_uuid(key):
        found = list(queryset.filter(pk=key))
    else:
        found = list(queryset.filter(**{_first_natural_key(model): key})[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise DevToolsError(
            f"{what}: more than one {model._meta.verbose_name} fits {key!r}; give a mapping of lookups, or the primary key."
        )
    raise DevToolsError(f"{what}: there is no {model._meta.verbose_name} {key!r}.")


def upload(value: Any, folder: Path, what: str):
    """Return a file named as ``@path`` as an upload."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    if not (isinstance(value, str) and value.startswith("@")):
        raise DevToolsError(f"{what}: a file is given as @path, not {value!r}.")
    path = folder / value[1:]
    if not path.is_file():
        raise DevToolsError(f"{what}: there is no file {path}.")
    return SimpleUploadedFile(path.name, path.read_bytes())


def clean(job_class, values: Mapping[str, Any], *, defaults: bool = True) -> dict[str, Any]:
    """Put values through the Job's own form, and return them ready to be enqueued.

    Args:
        job_class: the Job.
        values: by variable, as Python values: objects, lists of objects, uploads, text, numbers.
        defaults: give what is not in `values` its default, as the form in the UI does; else leave it out, as a caller of the REST API may.

    Raises:
        django.core.exceptions.ValidationError: the form refuses.
    """
    from django.core.exceptions import ValidationError

    data, files = _form_data(job_class, values)
    if defaults:
        for name, field in job_class.as_form().fields.items():
            initial = field.initial() if callable(field.initial) else field.initial
            if name not in values and initial is not None:
                data[name] = _plain(job_class._get_vars().get(name), initial)
    form = job_class.as_form(data, files)
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return job_class.serialize_data(job_class.prepare_job_kwargs(form.cleaned_data))


def _form_data(job_class, values: Mapping[str, Any]) -> tuple[dict, dict]:
    from django.core.files.uploadedfile import UploadedFile

    variables = job_class._get_vars()
    data, files = {}, {}
    for name, value in values.items():
        if isinstance(value, UploadedFile):
            files[name] = value
        elif value is not None:
            data[name] = _plain(variables.get(name), value)
    return data, files


def _plain(variable, value: Any) -> Any:
    """Return a value as a form gets it: primary keys for objects, text for JSON."""
    from django.db.models import Model, QuerySet
    from nautobot.extras.jobs import JSONVar

    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, QuerySet) or (
        isinstance(value, (list, tuple, set)) and any(isinstance(one, Model) for one in value)
    ):
        return [str(one.pk) for one in value]
    if isinstance(variable, JSONVar) and not isinstance(value, str):
        return json.dumps(value)
    return value


def _first_natural_key(model) -> str:
    """``name`` where the model has one, else what its natural key starts with (a device type's is manufacturer, then model)."""
    fields = {field.name for field in model._meta.get_fields()}
    for candidate in ("name", "model", "cid", "vid", "username"):
        if candidate in fields:
            return candidate
    return next(iter(getattr(model, "natural_key_field_lookups", ["pk"])), "pk")


def _is_uuid(key: Any) -> bool:
    try:
        uuid.UUID(str(key))
    except ValueError:
        return False
    return True

"""Inputs of schedules, and saved ones: from what people write to what Nautobot stores, through the Job's own form, and back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BooleanField
from nautobot.apps.jobs import DryRunVar, FileVar, MultiObjectVar, ObjectVar
from nautobot.core.celery import NautobotKombuJSONEncoder

from ..toolkit.access import AccessError, RefusalError, require, visible
from ..toolkit.documents import Node, listed


def defaults_of(code: Any) -> dict[str, Any]:
    """What the form of a Job has in it when it is opened, by variable; costs a question to the database."""
    variables = code._get_vars()
    return {name: _default(field) for name, field in code.as_form().fields.items() if name in variables}


def stored_inputs(code: Any, node: Node, user: Any, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """What Nautobot stores of a schedule's inputs.

    Args:
        code: the class of the Job.
        node: values by variable. What is left out has the form's default.
        user: objects that this user may not view do not exist.
        defaults: see `defaults_of`.

    Raises:
        AccessError: the user may not view objects of a model at all.
        RefusalError: a variable or an object is not there, or the form refuses; all that is wrong at once.
    """
    form = _filled_in(code, node, user, defaults, whole=True)
    return as_stored(code, code.serialize_data(code.prepare_job_kwargs(form.cleaned_data)))


def given_inputs(code: Any, node: Node, user: Any, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """What is given alone, as the form takes it: somebody will fill in the rest. Arguments and errors as of `stored_inputs`."""
    form = _filled_in(code, node, user, defaults, whole=False)
    ticked = [name for name, field in form.fields.items() if isinstance(field, BooleanField)]
    return {name: form.cleaned_data[name] if name in ticked else form.data.get(name) for name in node.value}


def _filled_in(code: Any, node: Node, user: Any, defaults: Mapping[str, Any], *, whole: bool) -> Any:
    """The form with values in it; none of those that are given is refused, with `whole` none at all."""
    variables = code._get_vars()
    problems: list[str] = []
    data: dict[str, Any] = {}
    for name, value in node.value.items():
        try:
            data[name] = _given(variables, name, value, user)
        except AccessError:
            raise
        except RefusalError as refusal:
            problems.append(str(refusal))
    if problems:
        raise listed(problems)
    form = code.as_form_class()({name: value for name, value in {**defaults, **data}.items() if value is not None})
    given = node.value  # by variable
    problems = [
        given[name].bad(str(text)) if name in given else node.bad(f"{name}: {text}")
        for name, texts in form.errors.items()
        for text in texts
        if whole or name in given
    ]
    if problems:
        raise listed(problems)
    return form


def as_stored(code: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as they come back from the database, lists of objects sorted: their order means nothing."""
    variables = code._get_vars()
    found: dict[str, Any] = json.loads(json.dumps(values, cls=NautobotKombuJSONEncoder))
    return {
        name: sorted(value) if isinstance(variables.get(name), MultiObjectVar) and isinstance(value, list) else value
        for name, value in found.items()
    }


def readable_inputs(code: Any, values: Mapping[str, Any], user: Any, *, with_defaults: bool = False) -> dict[str, Any]:
    """Stored inputs as people write them: objects by name where that is unique; without what is the form's default, if not told otherwise."""
    variables = code._get_vars()
    defaults = defaults_of(code)
    found: dict[str, Any] = {}
    for name, value in values.items():
        variable = variables.get(name)
        if isinstance(variable, FileVar) or variable is None:
            continue
        default = defaults.get(name)
        # Whether a schedule changes anything shall not hang on what the default is by then.
        kept = with_defaults or isinstance(variable, DryRunVar)
        if not kept and (value == default or (value in _NOTHING and default in _NOTHING)):
            continue
        if isinstance(variable, ObjectVar) and value:
            model = variable.field_attrs["queryset"].model
            keys = value if isinstance(value, list) else [value]
            names = _names(model, keys, user)
            value = sorted(names[key] for key in keys) if isinstance(value, list) else names[keys[0]]
        found[name] = value
    return found


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _default(field: Any) -> Any:
    initial = field.initial() if callable(field.initial) else field.initial
    if isinstance(initial, QuerySet):
        return [str(pk) for pk in initial.values_list("pk", flat=True)]
    return str(initial.pk) if isinstance(initial, Model) else initial


def _given(variables: Mapping[str, Any], name: str, node: Node, user: Any) -> Any:
    """A value as the form takes it."""
    if name not in variables:
        raise RefusalError(
            node.bad(f"the Job has no variable {name}. It has {', '.join(sorted(variables)) or 'none'}.")
        )
    variable = variables[name]
    if isinstance(variable, FileVar):
        raise RefusalError(node.bad("files cannot be kept."))
    if node.value is None or not isinstance(variable, ObjectVar):
        return node.plain()
    queryset = variable.field_attrs["queryset"]
    require(user, queryset.model, "view")
    objects = visible(user, queryset.model).filter(pk__in=queryset.values("pk"))
    if isinstance(variable, MultiObjectVar):
        nodes = node.value if isinstance(node.value, list) else [node]
        texts = [each for each in nodes if not isinstance(each.value, dict)]
        found = _by_text(objects, texts)
        return [found[each.path] if each.path in found else _by_fields(objects, each) for each in nodes]
    return _by_fields(objects, node) if isinstance(node.value, dict) else _by_text(objects, [node])[node.path]


def _by_text(objects: QuerySet, nodes: Iterable[Node]) -> dict[str, str]:
    """Primary keys of what names or primary keys stand for, by the path of the node."""
    nodes = list(nodes)
    texts = {str(each.value) for each in nodes}
    keys = {text for text in texts if _is_key(objects.model, text)}
    found: dict[str, list[str]] = {
        str(pk): [str(pk)] for pk in objects.filter(pk__in=keys).values_list("pk", flat=True)
    }
    if (names := texts - set(found)) and _has_name(objects.model):
        for name, pk in objects.filter(name__in=names).values_list("name", "pk"):
            found.setdefault(name, []).append(str(pk))
    result = {}
    for each in nodes:
        noun, those = objects.model._meta.verbose_name, found.get(str(each.value), [])
        if len(those) != 1:
            why = f"{len(those)} {noun}s are called so. Name it by fields, or by primary key." if those else ""
            raise RefusalError(each.bad(why or f"there is no {noun} {each.value} that you may view."))
        result[each.path] = those[0]
    return result


def _by_fields(objects: QuerySet, node: Node) -> str:
    """The primary key of the one object with these fields."""
    noun = objects.model._meta.verbose_name
    try:
        found = list(objects.filter(**node.plain()).values_list("pk", flat=True)[:2])
    except (FieldError, ValidationError, ValueError, TypeError) as error:
        raise RefusalError(node.bad(f"no {noun} can be found by this: {error}")) from None
    if len(found) != 1:
        raise RefusalError(node.bad(f"{'several' if found else 'no'} {noun}s that you may view have these fields."))
    return str(found[0])


def _names(model: type[Model], keys: list[str], user: Any) -> dict[str, str]:
    """Of each primary key the name, where it is unique and the user may view the object; else the key itself."""
    names = {key: key for key in keys}
    if _has_name(model):
        own = {str(pk): name for pk, name in visible(user, model).filter(pk__in=keys).values_list("pk", "name")}
        taken = Counter(model._default_manager.filter(name__in=own.values()).values_list("name", flat=True))
        names |= {key: name for key, name in own.items() if name and taken[name] == 1 and not _is_key(model, name)}
    return names


def _has_name(model: type[Model]) -> bool:
    try:
        return bool(model._meta.get_field("name").concrete)
    except FieldDoesNotExist:
        return False


def _is_key(model: type[Model], text: str) -> bool:
    try:
        model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return True

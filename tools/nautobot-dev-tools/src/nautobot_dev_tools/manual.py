"""What a Job's docstring, its user's manual, promises in paragraphs that begin with a word in bold.

The paragraph ``**Needs:**`` names, in backticks, each permission without which the Job does nothing: in full
(```dcim.view_device```), or as an action alone (```view```) on the objects of the run, which are those selected in its form, the one whose
button is pressed, or the one whose change starts the hook; where the form lets choose a model (a ChoiceVar of labels: ``dcim.device``), those of
that model alone. What is only nice to have goes without backticks.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .exercises import Exercise

_PARAGRAPH = re.compile(r"^\*\*([A-Z][A-Za-z ]*):\*\*(.*?)(?=^\*\*[A-Z]|^\s*$|\Z)", re.MULTILINE | re.DOTALL)
_PERMISSION = re.compile(r"`([a-z_]+\.[a-z]+_[a-z]+)`")
_ACTION = re.compile(r"`(view|add|change|delete)`")


@dataclass(frozen=True)
class Needs:
    """The permissions without which a Job does nothing.

    Attributes:
        permissions: such as ``dcim.view_device``.
        on_objects: actions (``view``) on the objects of the run.
    """

    permissions: tuple[str, ...] = ()
    on_objects: tuple[str, ...] = ()


def paragraphs(job_class) -> dict[str, str]:
    """The paragraphs of a Job's docstring that begin with a word in bold, by that word."""
    text = inspect.cleandoc(vars(job_class).get("__doc__") or "")
    return {name: " ".join(body.split()) for name, body in _PARAGRAPH.findall(text)}


def needs(job_class) -> Needs:
    """What a Job's paragraph ``**Needs:**`` names."""
    text = paragraphs(job_class).get("Needs", "")
    return Needs(tuple(dict.fromkeys(_PERMISSION.findall(text))), tuple(dict.fromkeys(_ACTION.findall(text))))


def permissions_for(exercise: Exercise, job_class) -> list[str]:
    """The permissions that one declared run needs: those of the Job, those on the objects of the run, and its own."""
    wanted = needs(job_class)
    labels = _labels(exercise, job_class)
    on_objects = [
        f"{app_label}.{action}_{model}"
        for action in wanted.on_objects
        for app_label, model in (label.lower().split(".") for label in labels)
    ]
    return list(dict.fromkeys([*wanted.permissions, *on_objects, *exercise.needs]))


def _labels(exercise: Exercise, job_class) -> list[str]:
    """The models of the objects of a run."""
    from nautobot.extras.jobs import ChoiceVar, ObjectVar

    trigger: Mapping | None = exercise.button or exercise.hook
    if trigger is not None:
        return [label for label in trigger if label != "update"]
    variables = job_class._get_vars()
    models = [
        exercise.inputs.get(name, variable.field_attrs.get("initial"))
        for name, variable in variables.items()
        if isinstance(variable, ChoiceVar) and all(_is_model(value) for value, _ in variable.field_attrs["choices"])
    ]
    if models:
        return [str(label) for label in models]
    return [
        variables[name].field_attrs["queryset"].model._meta.label
        for name in exercise.inputs
        if isinstance(variables[name], ObjectVar)  # a MultiObjectVar is one
    ]


def _is_model(label: object) -> bool:
    from django.apps import apps

    try:
        return bool(apps.get_model(str(label)))
    except (LookupError, ValueError):
        return False

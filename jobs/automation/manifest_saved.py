"""Saved inputs, as manifests declare them: links on a Job's page that open its form filled in.

Nautobot stores inputs of runs and schedules only; but its form of a Job takes values from the address, and a *custom link*
can be shown on the page of one Job. So a set of inputs is a custom link, of which nothing is this collection's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib.contenttypes.models import ContentType
from nautobot.apps.jobs import JSONVar, MultiChoiceVar, MultiObjectVar
from nautobot.extras.models import CustomLink, Job

from ..toolkit.access import RefusalError
from ..toolkit.documents import Node
from .manifest_document import child
from .manifest_inputs import given_inputs
from .manifest_jobs import Catalogue

GROUP = "Saved inputs"
# Shown on the page of one Job, under the name of the link.
_TEXT = "{{% if obj.class_path == {path} %}}{{{{ {name}|safe }}}}{{% endif %}}"
_SHOWN = re.compile(r'\{% if obj\.class_path == "([\w.]+)" %\}.*\{% endif %\}', re.DOTALL)
_URL = "{{ obj.get_absolute_url() }}run/"
_NOTHING: tuple[Any, ...] = (None, "", [])


def of_jobs() -> dict[str, Any]:
    """By which custom links are saved inputs: the filter."""
    return {"content_type": ContentType.objects.get_for_model(Job), "group_name": GROUP}


def saved_values(name: str, node: Node, catalogue: Catalogue, user: Any, *, sensitive: bool) -> dict[str, Any]:
    """Fields of the custom link that opens the form.

    Args:
        name: what the link is called.
        node: the entry of the manifest.
        catalogue: the Jobs.
        user: objects that this user may not view do not exist.
        sensitive: whether the Job has, or will have, sensitive variables.

    Raises:
        AccessError: the user may not view objects of a model at all.
        RefusalError: the Job has no form, an input does not fit it, or the whole does not fit into a link.
    """
    path = child(node, "job")
    job = catalogue.get(path)
    if job.is_job_hook_receiver or job.is_job_button_receiver:
        raise RefusalError(
            path.bad(
                f"{job.class_path} is started by a hook or a button, and has no form. Declare it in job_hooks or job_buttons."
            )
        )
    if sensitive:
        raise RefusalError(
            path.bad(
                f"{job.class_path} has sensitive variables, which no link may show. Take it out; its form is filled in by hand."
            )
        )
    code = catalogue.code_of(path, job)
    inputs = child(node, "inputs")
    given = given_inputs(code, inputs, user, catalogue.defaults(code))
    query = urlencode([pair for each, value in given.items() for pair in _pairs(code, inputs, each, value)])
    values = {
        **of_jobs(),
        "text": _TEXT.format(path=json.dumps(job.class_path), name=json.dumps(name, ensure_ascii=False)),
        "target_url": f"{_URL}?{query}",
        "weight": 100,
        "button_class": "default",
        "new_window": False,
    }
    for field in ("text", "target_url"):
        most = CustomLink._meta.get_field(field).max_length
        if len(values[field]) > most:
            raise RefusalError(
                node.bad(
                    f"this does not fit into a custom link: {len(values[field])} characters as {field}, at most {most}. "
                    "Use a shorter name, or name fewer objects: a location or a tag instead of devices."
                )
            )
    return values


def _pairs(code: Any, inputs: Node, name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as it stands in an address, which `normalize_querydict` of Nautobot's form takes apart again."""
    variable = code._get_vars()[name]
    if isinstance(variable, JSONVar):
        raise RefusalError(inputs.value[name].bad("an address cannot fill in a variable of JSON. Leave it out."))
    if isinstance(variable, MultiObjectVar | MultiChoiceVar):
        if value in _NOTHING:
            raise RefusalError(inputs.value[name].bad("an address cannot empty a list. Leave it out."))
        yield from ((name, text) for text in sorted(map(str, value)))
    elif value in _NOTHING or value is False:
        yield name, ""  # of a box to tick, any text ticks it
    else:
        yield name, str(value)


def saved_inputs(link: Any) -> tuple[str, dict[str, Any]] | None:
    """The class path of the Job and the inputs, as they stand in the address, of a custom link; None if it is none that a manifest makes."""
    shown = _SHOWN.fullmatch(link.text)
    if shown is None or not link.target_url.startswith(f"{_URL}?"):
        return None
    found: dict[str, Any] = {}
    for name, value in parse_qsl(link.target_url.partition("?")[2], keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return shown[1], found


def as_given(code: Any, found: Mapping[str, list[str]]) -> dict[str, Any]:
    """Inputs from an address as the form has them; variables that the Job no longer has are left out."""
    variables, fields = code._get_vars(), code.as_form_class().base_fields
    return {
        name: texts if isinstance(variables[name], MultiObjectVar | MultiChoiceVar) else _single(fields[name], texts[0])
        for name, texts in found.items()
        if name in variables
    }


def _single(field: Any, text: str) -> Any:
    """One value: of a box whether it is ticked, of a number the number."""
    return field.to_python(text) if isinstance(field, forms.BooleanField | forms.IntegerField) else text or None

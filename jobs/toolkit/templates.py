"""Templates that users write in a form: Jinja, sandboxed, over plain values."""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from .access import RefusalError

_LONGEST = 4096


class UserTemplate:
    """A template as a user has written it.

    It sees the plain values that it is given, never objects of the database: a template that could follow relations
    would read what its author may not view, and ask the database for each object.

    Args:
        field: label of the variable that has it, for messages.
        text: the template, in Jinja: "{{ far.device }} {{ far.port }}".

    Raises:
        RefusalError: it is no template.
    """

    def __init__(self, field: str, text: str) -> None:
        self._field = field
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        if len(text) > _LONGEST:
            raise RefusalError(f"{field}: the template has more than {_LONGEST} characters.")
        try:
            self._template = environment.from_string(text)
        except TemplateSyntaxError as error:
            raise RefusalError(f"{field}: line {error.lineno} of the template: {error.message}.") from None

    def render(self, about: str, **values: Any) -> str:
        """The text for one object.

        Args:
            about: name of the object, for messages.
            values: what the template may name: texts, numbers, lists and mappings of them.

        Raises:
            RefusalError: the template names a value that is not there, or does what it may not.
        """
        try:
            text = self._template.render(values)
        except SecurityError as error:
            raise RefusalError(f"{self._field}: the template may not do that: {error}.") from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            known = ", ".join(sorted(values))
            raise RefusalError(f"{self._field}: for {about}: {error}. There are: {known}.") from None
        text = " ".join(text.split())
        if len(text) > _LONGEST:
            raise RefusalError(f"{self._field}: for {about}: the text has more than {_LONGEST} characters.")
        return text

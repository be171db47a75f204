"""Templates that users write in a form: Jinja, sandboxed, over plain values."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from .access import RefusalError

_LONGEST = 4096
_WIDEST = 64
# Jinja's sandbox keeps a template from reaching the program, not from filling memory: a few characters make gigabytes.
# Hence nothing that multiplies texts, and filters and methods that are known to be harmless only.
_FILTERS = re.compile(
    "abs|capitalize|d|default|first|float|int|join|last|length|list|lower|max|min|replace|round|sort|string|title|trim"
    "|truncate|unique|upper|wordcount"
)
_METHODS = re.compile(
    "capitalize|count|endswith|find|get|isdigit|items|keys|lower|lstrip|partition|removeprefix|removesuffix|replace"
    "|rpartition|rsplit|rstrip|split|startswith|strip|title|upper|values"
)
_WIDE = re.compile(r"\d{3,}|\*")


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self.filters = {name: each for name, each in self.filters.items() if _FILTERS.fullmatch(name)}
        self.filters |= {"pad": _pad, "format": _format}
        self.globals = {"range": self.globals["range"]}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and (
            not callable(value) or _METHODS.fullmatch(attr) is not None
        )

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            return _format(left, *(right if isinstance(right, tuple) else (right,)))
        if operator == "**" or not all(isinstance(each, (int, float)) for each in (left, right)):
            raise SecurityError(f"{operator} is for numbers only")
        return super().call_binop(context, operator, left, right)


def _pad(value: Any, width: int) -> str:
    """A number with zeros in front: ``{{ counter|pad(2) }}``."""
    if not 0 <= width <= _WIDEST:
        raise ValueError(f"pad: the width has to be from 0 to {_WIDEST}")
    return str(value).zfill(width)


def _format(pattern: str, *values: Any) -> str:
    """As in ``{{ "%02d"|format(counter) }}``."""
    if _WIDE.search(pattern):
        raise ValueError("format: no width may have more than two digits")
    return str(pattern) % values


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
        if len(text) > _LONGEST:
            raise RefusalError(f"{field}: the template has more than {_LONGEST} characters.")
        try:
            self._template = _Environment().from_string(text)
        except TemplateSyntaxError as error:
            raise RefusalError(f"{field}: line {error.lineno} of the template: {error.message}") from None

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

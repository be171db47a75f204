"""Templates that users write in a form: Jinja, sandboxed, over plain values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from ipaddress import ip_interface
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.nodes import Output, TemplateData
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from .access import RefusalError

_LONGEST = 4096
_WIDEST = 64
_MOST_GROWN = 1 << 16
_MOST_VALUES = 1000
_DEEPEST = 10
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
_ALONE = re.compile(r"\s*\{\{[-+]?(.*?)[-+]?\}\}\s*\Z", re.DOTALL)
# A width or precision of three digits or of a value, or a key; after each "%", be it one that stands for itself.
_WIDE = re.compile(r"%[-#0 +]*(?:\d*\.)?(?:\d{3,}|\*|\()")


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self.filters = {name: each for name, each in self.filters.items() if _FILTERS.fullmatch(name)}
        self.filters |= {"pad": _pad, "format": _format, "join": _join, "replace": _replace}
        self.globals = {"range": self.globals["range"]}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and (
            not callable(value) or _METHODS.fullmatch(attr) is not None
        )

    def wrap_str_format(self, value: Any) -> None:
        """A text's own format() is no safe attribute: "{:999999999}". Jinja would let it through before asking."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            return _format(left, *(right if isinstance(right, tuple) else (right,)))
        if operator == "**" or not all(isinstance(each, (int, float)) for each in (left, right)):
            raise SecurityError(f"{operator} is for numbers only")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *values: Any, **named: Any) -> Any:
        if getattr(obj, "__name__", "") == "replace" and isinstance(getattr(obj, "__self__", None), str):
            return _replace(obj.__self__, *values, **named)
        return super().call(context, obj, *values, **named)


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """As Jinja's filter and Python's method, for texts that do not explode by it."""
    text, old, new = str(text), str(old), str(new)
    if len(text) + text.count(old) * len(new) > _MOST_GROWN:
        raise ValueError(f"replace: the text would have more than {_MOST_GROWN} characters")
    return text.replace(old, new, -1 if count is None else count)


def _join(values: Iterable[Any], separator: str = "") -> str:
    """As Jinja's filter, without its attribute."""
    texts = [str(each) for each in islice(values, _MOST_GROWN)]
    if sum(map(len, texts)) + len(texts) * len(separator) > _MOST_GROWN:
        raise ValueError(f"join: the text would have more than {_MOST_GROWN} characters")
    return str(separator).join(texts)


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
        keep_lines: leave lines and spaces of the text as they are; else it is put on one line.

    Raises:
        RefusalError: it is no template.
    """

    def __init__(self, field: str, text: str, *, keep_lines: bool = False) -> None:
        self._field, self._keep_lines = field, keep_lines
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
        text = text if self._keep_lines else " ".join(text.split())
        if len(text) > _LONGEST:
            raise RefusalError(f"{self._field}: for {about}: the text has more than {_LONGEST} characters.")
        return text


class ExpressionError(RefusalError):
    """A value of a document cannot be computed; the message says why, not where."""


class Expressions:
    """Values of a document that users write, with Jinja's expressions in them: "{{ site }}-sw-{{ number|pad(2) }}".

    Expressions only, no statements, over plain values (see `UserTemplate`), so that what a document costs is known by
    its size. A value that is one expression and nothing else keeps its type: a number, a list.

    `counter("cable")` counts: it is 1 where it is computed first, then 2, 3, and so on; with a second argument it begins
    with that. Hence values have to be computed in the order of the document, each once.
    """

    def __init__(self) -> None:
        self._environment = _Environment()
        self._environment.filters |= {"host": _host, "subnet": _subnet}
        self._environment.globals["counter"] = self._count
        self._counted: Counter[str] = Counter()
        self._compiled: dict[str, tuple[bool, Any]] = {}

    def value(self, text: str, values: Mapping[str, Any]) -> Any:
        """The value of a text.

        Raises:
            ExpressionError: it is no expression, names a value that is not there, or does what it may not.
        """
        if "{" not in text:
            return text
        try:
            alone, compiled = self._compile(text)
            return _plain_value(compiled(**values)) if alone else _short(compiled.render(values))
        except SecurityError as error:
            raise ExpressionError(f"the expression may not do that: {error}.") from None
        except TemplateSyntaxError as error:
            raise ExpressionError(f"{error.message}.") from None
        except (UndefinedError, AttributeError) as error:
            known = ", ".join(sorted(values)) or "no values"
            raise ExpressionError(f"{error}. There are: {known}.") from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ExpressionError(f"{error}.") from None

    def _count(self, name: str, first: int = 1) -> int:
        self._counted[str(name)] += 1
        return first + self._counted[str(name)] - 1

    def _compile(self, text: str) -> tuple[bool, Any]:
        if text not in self._compiled:
            if len(text) > _LONGEST:
                raise ExpressionError(f"the value has more than {_LONGEST} characters.")
            body = self._environment.parse(text).body
            if not all(isinstance(each, Output) for each in body):
                raise ExpressionError("only expressions are understood, {{ … }}; no statements, {% … %}.")
            parts = [part for each in body for part in each.nodes]  # type: ignore[attr-defined]
            alone = _ALONE.match(text)
            if alone and len(parts) == 1 and not isinstance(parts[0], TemplateData):
                expression = self._environment.compile_expression(alone[1], undefined_to_none=False)
                self._compiled[text] = (True, expression)
            else:
                self._compiled[text] = (False, self._environment.from_string(text))
        return self._compiled[text]


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"the text has more than {_LONGEST} characters")
    return text


def _plain_value(value: Any, depth: int = 0) -> Any:
    """A result as plain values; what is no plain value is refused."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if depth > _DEEPEST:
        raise ValueError("the value is nested too deeply")
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return str(value)
    if isinstance(value, str):
        return _short(str(value))
    if isinstance(value, Mapping):
        return {str(key): _plain_value(each, depth + 1) for key, each in value.items()}
    if isinstance(value, Iterable):
        found = list(islice(value, _MOST_VALUES + 1))
        if len(found) > _MOST_VALUES:
            raise ValueError(f"the list has more than {_MOST_VALUES} values")
        return [_plain_value(each, depth + 1) for each in found]
    raise ValueError(f"the value is no text, number, list or mapping, but a {type(value).__name__}")


def _host(network: Any, number: int) -> str:
    """An address of a network, with its length: ``{{ "10.0.0.0/24"|host(1) }}`` is 10.0.0.1/24; -1 is the last one."""
    found = ip_interface(str(network)).network
    place = number if number >= 0 else found.num_addresses + number
    if not 0 <= place < found.num_addresses:
        raise ValueError(f"{found} has no address number {number}")
    return f"{found[place]}/{found.prefixlen}"


def _subnet(network: Any, length: int, number: int = 0) -> str:
    """A part of a network: ``{{ "10.0.0.0/16"|subnet(24, 2) }}`` is 10.0.2.0/24."""
    found = ip_interface(str(network)).network
    if not found.prefixlen <= length <= found.max_prefixlen or not 0 <= number < 2 ** (length - found.prefixlen):
        raise ValueError(f"{found} has no part number {number} of length {length}")
    start = int(found.network_address) + number * 2 ** (found.max_prefixlen - length)
    return f"{type(found.network_address)(start)}/{length}"

"""Mends log calls: what is formatted too early, and arguments that belong into `extra`. Loads LibCST, and so is loaded late."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import libcst as cst


def as_arguments(call: cst.Call) -> cst.Call:
    """The call with "%s" in its message and the values after it; as it is where the message turns out to be something else."""
    first = call.args[0]
    values: list[Any] = []
    text = _message(first.value, values)
    if text is None or not values:
        return call
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    alone = len(call.args) == 1
    rest = [cst.Arg(value, comma=comma) for value in values]
    rest[-1] = rest[-1].with_changes(comma=first.comma if not alone or _has_comma(first) else cst.MaybeSentinel.DEFAULT)
    if alone:
        rest[-1] = rest[-1].with_changes(whitespace_after_arg=first.whitespace_after_arg)
        first = first.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
    return call.with_changes(args=[first.with_changes(value=text, comma=comma), *rest, *call.args[1:]])


def _has_comma(argument: cst.Arg) -> bool:
    return isinstance(argument.comma, cst.Comma)


def _message(node: Any, values: list[Any]) -> Any:
    """The string with placeholders, whose values go into a list; None where that cannot be."""
    if isinstance(node, cst.BinaryOperation):
        if not isinstance(node.right, cst.Tuple):
            return None
        values += [each.value for each in node.right.elements]
        return node.left
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        values += [each.value for each in node.args]
        return _text(node.func.value, [], braces=True)
    return _text(node, values)


def _text(node: Any, values: list[Any], *, braces: bool = False) -> Any:
    """A string with "%s" for what an f-string has in braces, or with `braces` for each "{}"; None where that cannot be."""
    if isinstance(node, cst.ConcatenatedString):
        left = _text(node.left, values, braces=braces)
        right = _text(node.right, values, braces=braces)
        return None if left is None or right is None else node.with_changes(left=left, right=right)
    if isinstance(node, cst.SimpleString):
        text = node.value.replace("%", "%%")
        return node.with_changes(value=_unescaped(text) if braces else text)
    if not isinstance(node, cst.FormattedString):
        return None
    parts = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(_unescaped(part.value.replace("%", "%%")))
        elif not isinstance(part, cst.FormattedStringExpression) or part.format_spec or part.equal:
            return None
        else:
            parts.append(f"%{part.conversion or 's'}")
            values.append(part.expression)
    prefix = node.start.lower().rstrip("\"'").replace("f", "")
    quotes = node.start[len(node.start.rstrip("\"'")) :]
    return cst.SimpleString(f"{prefix}{quotes}{''.join(parts)}{node.end}", lpar=node.lpar, rpar=node.rpar)


def _unescaped(text: str) -> str:
    """The text of a string with braces for a string without: "{{" is a brace there, and "{}" a value."""
    return _BRACES.sub(lambda found: {"{{": "{", "}}": "}"}.get(found[0], "%s"), text)


_BRACES = re.compile(r"\{\{|\}\}|\{\}")


def into_extra(call: cst.Call, meant: Mapping[str, str], messages: tuple[str, ...]) -> cst.Call:
    """The call with what is meant for `extra` in it, an existing dictionary or a new one, and the message first.

    Args:
        call: the call.
        meant: names of arguments, with the keys that they are in `extra`.
        messages: names of arguments that are the message.
    """
    names = {each: each.keyword.value if each.keyword else "" for each in call.args}
    elements = [
        cst.DictElement(cst.SimpleString(f'"{meant[names[each]]}"'), each.value)
        for each in call.args
        if names[each] in meant
    ]
    has_extra = "extra" in names.values()
    kept: list[cst.Arg] = []
    for each in call.args:
        name = names[each]
        if name in messages:
            kept.insert(0, each.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT))
        elif name in meant and not has_extra:
            has_extra = True
            kept.append(each.with_changes(keyword=cst.Name("extra"), value=cst.Dict(elements)))
        elif name == "extra" and isinstance(each.value, cst.Dict):
            kept.append(each.with_changes(value=each.value.with_changes(elements=[*each.value.elements, *elements])))
        elif name not in meant:
            kept.append(each)
    last = kept[-1].with_changes(comma=call.args[-1].comma)
    before = [each if _has_comma(each) else each.with_changes(comma=_COMMA) for each in kept[:-1]]
    return call.with_changes(args=[*before, last])


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))

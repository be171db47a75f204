"""Adding arguments and keys in the layout that the call or the dict has."""

from __future__ import annotations

from typing import Any

import libcst as cst

_NONE = cst.SimpleWhitespace("")


def keyword(name: str, value: str) -> cst.Arg:
    """``name=value``, the value as source."""
    equal = cst.AssignEqual(_NONE, _NONE)
    return cst.Arg(cst.parse_expression(value), keyword=cst.Name(name), equal=equal)


def with_argument(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """A call with one more argument at its end."""
    if not call.args:
        return call.with_changes(args=[argument])
    last = call.args[-1]
    first = call.whitespace_before_args
    between = _between(call.args, first)
    if isinstance(last.comma, cst.Comma):
        added = argument.with_changes(comma=last.comma)
        last = last.with_changes(comma=between)
    else:
        added = argument.with_changes(whitespace_after_arg=last.whitespace_after_arg)
        last = last.with_changes(comma=between, whitespace_after_arg=_NONE)
    return call.with_changes(args=[*call.args[:-1], last, added])


def without_argument(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """A call without an argument of it; what ended the last ends it still."""
    left = [each for each in call.args if each is not argument]
    if left and call.args[-1] is argument:
        left[-1] = left[-1].with_changes(comma=argument.comma, whitespace_after_arg=argument.whitespace_after_arg)
    return call.with_changes(args=left)


def with_key(node: cst.Dict, key: str, value: str) -> cst.Dict:
    """A dict that is written out with one more key, both strings, at its end."""
    element = cst.DictElement(cst.SimpleString(f'"{key}"'), cst.parse_expression(value))
    if not node.elements:
        return node.with_changes(elements=[element])
    last = node.elements[-1]
    between = _between(node.elements, node.lbrace.whitespace_after)
    comma = last.comma
    last = last.with_changes(comma=between)
    if isinstance(comma, cst.Comma):
        element = element.with_changes(comma=comma)
    return node.with_changes(elements=[*node.elements[:-1], last, element])


def _between(items: Any, first: cst.BaseParenthesizableWhitespace) -> cst.Comma:
    """The comma that separates the items: as between others, or as the first stands."""
    if len(items) > 1 and isinstance(items[-2].comma, cst.Comma):
        return items[-2].comma
    if isinstance(first, cst.ParenthesizedWhitespace):
        return cst.Comma(whitespace_after=first)
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))

"""Names a new class where a repository lists its own: an import, and an entry in a call or list; all else stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import libcst as cst

from ..errors import DevToolsError

_INDENT = "    "


def registered(raw: bytes, module: str, name: str, width: int) -> bytes:
    """A ``jobs/__init__.py`` that imports a class and registers it.

    Args:
        raw: the file.
        module: relative to it, with its dot: ``.receivers.recheck``.
        name: of the class.
        width: a line may have.

    Raises:
        DevToolsError: it registers in a way that is not understood.
    """
    return _changed(raw, module, name, width, _is_registration)


def listed(raw: bytes, module: str, name: str, width: int, variable: str) -> bytes:
    """A module that imports a class and has it in the list or tuple `variable`."""
    return _changed(raw, module, name, width, lambda statement: _assigns(statement, variable))


def _changed(raw: bytes, module: str, name: str, width: int, wanted: Any) -> bytes:
    by_hand = f"add `from {module} import {name}` and {name} itself by hand"
    try:
        tree = cst.parse_module(raw)
    except (cst.ParserSyntaxError, UnicodeDecodeError) as error:
        raise DevToolsError(f"it does not parse; {by_hand}.") from error
    places = [position for position, statement in enumerate(tree.body) if wanted(statement)]
    if len(places) > 1:
        raise DevToolsError(f"there is more than one place to name it; {by_hand}.")
    if not places:
        raise DevToolsError(f"there is no place to name it; {by_hand}.")
    statement = tree.body[places[0]]
    starred = _starred(statement)
    if starred:  # register_jobs(*jobs): the list of that name
        return _changed(raw, module, name, width, lambda statement: _assigns(statement, starred))
    body = list(tree.body)
    body[places[0]] = _with_entry(tree, statement, name, width, by_hand)
    _import(body, module, name)
    return tree.with_changes(body=body).bytes


def _call(statement: Any) -> cst.Call | None:
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        expression = statement.body[0]
        if isinstance(expression, cst.Expr) and isinstance(expression.value, cst.Call):
            return expression.value
    return None


def _is_registration(statement: Any) -> bool:
    call = _call(statement)
    function = call.func if call else None
    last = function.attr if isinstance(function, cst.Attribute) else function
    return isinstance(last, cst.Name) and last.value == "register_jobs"


def _assigns(statement: Any, variable: str) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    node = statement.body[0]
    targets = (
        [target.target for target in node.targets]
        if isinstance(node, cst.Assign)
        else [node.target]
        if isinstance(node, cst.AnnAssign)
        else []
    )
    value = getattr(node, "value", None)
    return isinstance(value, (cst.List, cst.Tuple)) and any(
        isinstance(target, cst.Name) and target.value == variable for target in targets
    )


def _starred(statement: Any) -> str:
    """The list that is all that a call registers."""
    call = _call(statement)
    if call and len(call.args) == 1 and call.args[0].star == "*" and isinstance(call.args[0].value, cst.Name):
        return call.args[0].value.value
    return ""


def _with_entry(tree: cst.Module, statement: Any, name: str, width: int, by_hand: str) -> Any:
    """The statement with the name in its call, list or tuple."""
    holder = _call(statement) or statement.body[0].value
    items = list(holder.args if isinstance(holder, cst.Call) else holder.elements)
    names = [item.value.value if isinstance(item.value, cst.Name) else None for item in items]
    new = cst.Arg(cst.Name(name)) if isinstance(holder, cst.Call) else cst.Element(cst.Name(name))
    words = [each.casefold() for each in names if each]
    in_order = len(words) == len(names) and words == sorted(words)
    place = sum(each < name.casefold() for each in words) if in_order else len(items)
    space = _opening(holder)
    closing = _closing(holder)
    if isinstance(space, cst.ParenthesizedWhitespace) and items and isinstance(items[-1].comma, cst.Comma):
        if isinstance(closing, cst.ParenthesizedWhitespace):  # of calls, LibCST has it after the comma
            items[-1] = items[-1].with_changes(comma=items[-1].comma.with_changes(whitespace_after=closing))
        return statement.deep_replace(holder, _held(holder, _one_a_line(items, place, new, space), space))
    if "#" in tree.code_for_node(holder):
        raise DevToolsError(f"there are comments between what it lists; {by_hand}.")
    items.insert(place, new)
    between = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    alone = isinstance(holder, cst.Tuple) and len(items) == 1
    flat = [item.with_changes(comma=between, **_no_space(item)) for item in items[:-1]]
    flat.append(
        items[-1].with_changes(comma=cst.Comma() if alone else cst.MaybeSentinel.DEFAULT, **_no_space(items[-1]))
    )
    line = statement.deep_replace(holder, _held(holder, flat, cst.SimpleWhitespace("")))
    if len(tree.code_for_node(line).strip()) <= width:
        return line
    space = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(_INDENT))
    lines = [item.with_changes(comma=cst.Comma(whitespace_after=space)) for item in flat]
    lines[-1] = lines[-1].with_changes(comma=cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(indent=True)))
    return statement.deep_replace(holder, _held(holder, lines, space))


def _one_a_line(items: list[Any], place: int, new: Any, space: cst.ParenthesizedWhitespace) -> list[Any]:
    """The entries, each on a line of its own, with a new one; comments stay with the entries that they stand after."""
    between = cst.ParenthesizedWhitespace(indent=space.indent, last_line=space.last_line)
    if place < len(items):
        items.insert(place, new.with_changes(comma=cst.Comma(whitespace_after=between)))
        return items
    last = items[-1]
    ending = last.comma.whitespace_after
    if isinstance(ending, cst.ParenthesizedWhitespace):
        end = cst.ParenthesizedWhitespace(indent=ending.indent, last_line=ending.last_line)
        ending = ending.with_changes(indent=between.indent, last_line=between.last_line)
    else:
        end, ending = cst.ParenthesizedWhitespace(indent=True), between
    items[-1] = last.with_changes(comma=last.comma.with_changes(whitespace_after=ending))
    return [*items, new.with_changes(comma=cst.Comma(whitespace_after=end))]


def _opening(holder: Any) -> Any:
    """What stands after the opening bracket."""
    if isinstance(holder, cst.Call):
        return holder.whitespace_before_args
    if isinstance(holder, cst.List):
        return holder.lbracket.whitespace_after
    return holder.lpar[0].whitespace_after if holder.lpar else cst.SimpleWhitespace("")


def _closing(holder: Any) -> Any:
    """What stands before the closing bracket of a list or tuple."""
    if isinstance(holder, cst.List):
        return holder.rbracket.whitespace_before
    return holder.rpar[0].whitespace_before if isinstance(holder, cst.Tuple) and holder.rpar else None


def _held(holder: Any, items: Sequence[Any], space: Any) -> Any:
    """The call, list or tuple with other entries, and this after its opening bracket."""
    if isinstance(holder, cst.Call):
        return holder.with_changes(args=items, whitespace_before_args=space)
    nothing = cst.SimpleWhitespace("")
    if isinstance(holder, cst.List):
        return holder.with_changes(
            elements=items,
            lbracket=cst.LeftSquareBracket(whitespace_after=space),
            rbracket=cst.RightSquareBracket(whitespace_before=nothing),
        )
    return holder.with_changes(
        elements=items,
        lpar=[cst.LeftParen(whitespace_after=space)],
        rpar=[cst.RightParen(whitespace_before=nothing)],
    )


def _no_space(item: Any) -> dict[str, Any]:
    return {"whitespace_after_arg": cst.SimpleWhitespace("")} if isinstance(item, cst.Arg) else {}


def _import(body: list[Any], module: str, name: str) -> None:
    """Put ``from module import name`` among the relative imports, where sorted imports have it."""
    line: Any = cst.ensure_type(cst.parse_module(f"from {module} import {name}\n").body[0], cst.SimpleStatementLine)
    relative = [(position, found) for position, statement in enumerate(body) if (found := _relative(statement))]
    after = [position for position, found in relative if _order(found) < _order(module)]
    later = [position for position, found in relative if _order(found) > _order(module)]
    if after:
        body.insert(after[-1] + 1, line)
        return
    if not later:  # the first relative import: a group of its own, below all imports
        imports = [position for position, each in enumerate(body) if _is_import(each)]
        position = imports[-1] + 1 if imports else int(_is_docstring(body))
        apart = [cst.EmptyLine(indent=False)]
        body.insert(position, line.with_changes(leading_lines=apart) if position else line)
        following = body[position + 1]
        if not following.leading_lines:
            body[position + 1] = following.with_changes(leading_lines=apart)
        return
    # The first: what leaves the group alone stays before it.
    position = later[0]
    first = body[position]
    blank = [each for each in first.leading_lines if each.comment is None]
    body[position] = first.with_changes(leading_lines=[each for each in first.leading_lines if each.comment])
    body.insert(position, line.with_changes(leading_lines=blank))


def _is_docstring(body: list[Any]) -> bool:
    first = body[0] if body else None
    return (
        isinstance(first, cst.SimpleStatementLine)
        and isinstance(first.body[0], cst.Expr)
        and isinstance(first.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )


def _is_import(statement: Any) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def _relative(statement: Any) -> str:
    """The module of a statement ``from .module import …``, with its dot; empty for all others."""
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.ImportFrom):
        return ""
    node = statement.body[0]
    if len(node.relative) != 1 or node.module is None:
        return ""
    return f".{cst.Module([]).code_for_node(node.module)}"


def _order(module: str) -> list[Any]:
    """As ruff and isort sort modules: numbers by their value, small and capital letters alike."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", module.casefold())]

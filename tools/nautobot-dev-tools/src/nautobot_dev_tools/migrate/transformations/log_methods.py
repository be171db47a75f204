"""``self.log_success(obj, "...")`` and its like, to ``self.logger``."""

from __future__ import annotations

import libcst as cst

from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import dotted, text_of
from ..understood import Understood

# To what, from which version on; the last that the target has is taken.
METHODS = {
    "log": [((2, 0), "logger.info")],
    "log_debug": [((2, 0), "logger.debug")],
    "log_info": [((2, 0), "logger.info")],
    "log_success": [((2, 0), "logger.info"), ((2, 4), "logger.success")],
    "log_warning": [((2, 0), "logger.warning")],
    "log_failure": [((2, 0), "logger.error"), ((2, 4), "fail")],
}
_TEXT = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)


class LogMethods(Transformation):
    """In 1.x ``log_failure()`` also failed the Job at its end; ``self.fail()`` does both, from 2.4.5 on."""

    id = "log-methods"
    title = "self.log_*() becomes self.logger.*(), log_failure() becomes self.fail()"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#job-logging"

    def concerns(self, text: str) -> bool:
        """Whether there is any."""
        return ".log_" in text or ".log(" in text

    def run(self, file: Understood) -> cst.Module:
        """Rewrite the calls on Jobs."""
        for call in file.calls():
            if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in METHODS:
                continue
            name = call.func.attr.value
            trust = file.is_job(call.func.value)
            if not trust or name in file.own_methods(call):
                continue
            given = _given(call)
            if given is None:
                file.todo(call, f"{name}() is gone and its arguments cannot be told; use self.logger with extra={{}}")
                continue
            message, obj, sure = given
            new = [each for version, each in METHODS[name] if version <= file.to][-1]
            if message is None or text_of(message) == "None":
                message = cst.SimpleString('""')
            arguments = [cst.Arg(message)]
            if obj is not None:
                arguments[0] = arguments[0].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
                arguments.append(_extra(obj))
            func = cst.parse_expression(f"{dotted(call.func.value)}.{new}")
            file.edit(call, _called, func, arguments)
            confidence = CERTAIN if sure and trust == CERTAIN else LIKELY
            file.changed(call, f"{name}() becomes {new}()", confidence)
            if name == "log_failure" and new != "fail":
                file.todo(call, "log_failure() failed the Job at its end; logger.error() does not: raise an exception")
        return file.edited()


def _given(call: cst.Call) -> tuple[cst.BaseExpression | None, cst.BaseExpression | None, bool] | None:
    """Message, object, and whether it is sure which is which; None if the arguments cannot be told."""
    found: dict[str, cst.BaseExpression] = {}
    positional: list[cst.BaseExpression] = []
    for argument in call.args:
        if argument.star:
            return None
        if argument.keyword is None:
            positional.append(argument.value)
        elif argument.keyword.value in ("obj", "message"):
            found[argument.keyword.value] = argument.value
        else:
            return None
    if len(positional) + len(found) > 2 or (not positional and not found):
        return None
    if len(positional) == 2:
        obj, message = positional
    elif positional:
        if "message" in found:
            obj, message = positional[0], found["message"]
        elif "obj" in found:
            return None
        else:
            return positional[0], None, _is_text(positional[0])
    else:
        obj, message = found.get("obj"), found.get("message")  # type: ignore[assignment]
    if isinstance(obj, cst.Name) and obj.value == "None":
        return message, None, True
    return message, obj, True


def _is_text(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.BinaryOperation):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, cst.Call):
        if isinstance(node.func, cst.Attribute):
            return node.func.attr.value in ("format", "join")
        return isinstance(node.func, cst.Name) and node.func.value in ("str", "repr")
    return isinstance(node, _TEXT)


def _extra(obj: cst.BaseExpression) -> cst.Arg:
    value = cst.Dict([cst.DictElement(cst.SimpleString('"object"'), obj)])
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(value, keyword=cst.Name("extra"), equal=equal)


def _called(node: cst.Call, func: cst.BaseExpression, arguments: list[cst.Arg]) -> cst.Call:
    """The call with other function and arguments; one over several lines stays so."""
    if len(node.args) == len(arguments):
        # Layout of the old arguments, in their places.
        arguments = [
            new.with_changes(comma=old.comma, whitespace_after_arg=old.whitespace_after_arg)
            for old, new in zip(node.args, arguments, strict=True)
        ]
    elif node.args and isinstance(node.args[-1].comma, cst.Comma):
        arguments = [*arguments[:-1], arguments[-1].with_changes(comma=node.args[-1].comma)]
    return node.with_changes(func=func, args=arguments)

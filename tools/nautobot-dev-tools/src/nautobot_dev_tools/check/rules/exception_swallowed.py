"""Exceptions are not lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..errors import is_broad
from ..rule import WARNING, Found, Rule


class ExceptionSwallowed(Rule):
    """`except Exception: pass` also hides the misspelt name, the lost connection and the time limit of the Job.

    The Job ends in green, and nobody learns that it did nothing.

    A bare `except:` even catches what is to end the process.

    Catch what you expect (`Device.DoesNotExist`, `ValidationError`), and let the rest end the Job.
    """

    id = "JOB506"
    name = "exception-swallowed"
    severity = WARNING
    title = "Any exception is swallowed"
    bad = '''"""Devices."""


def rename(device, name):
    """Rename it."""
    try:
        device.name = name
        device.validated_save()
    except Exception:
        pass
'''
    good = '''"""Devices."""

from django.core.exceptions import ValidationError


def rename(device, name):
    """Rename it, and say whether that went well."""
    device.name = name
    try:
        device.validated_save()
    except ValidationError:
        return False
    return True
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find handlers for everything that do nothing, and bare ones that do not raise."""
        for code in context.code:
            for handler in code.of(ast.ExceptHandler):
                if handler.type is None and not any(isinstance(each, ast.Raise) for each in ast.walk(handler)):
                    message = (
                        "A bare except also catches what is to end the process: name the exceptions that you expect."
                    )
                elif is_broad(code, handler) and all(_is_nothing(each) for each in handler.body):
                    message = (
                        "This hides every mistake and the Job's own time limit: name the exceptions that you expect."
                    )
                else:
                    continue
                yield context.found(code.module, handler, message)


def _is_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, (ast.Pass, ast.Continue))

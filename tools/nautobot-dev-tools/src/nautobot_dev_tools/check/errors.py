"""Handlers of exceptions."""

from __future__ import annotations

import ast

from .code import Code


def is_broad(code: Code, handler: ast.ExceptHandler) -> bool:
    """Whether it catches any exception: ``except:``, ``except Exception:``, or a tuple with that in it."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(code.name(each) in ("Exception", "BaseException", "builtins.Exception") for each in kinds)

"""Every file that Nautobot loads parses on the oldest Python that it runs on."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator

from ...source.files import SourceFile
from ..code import Code
from ..comments import tokens
from ..context import Context
from ..rule import ERROR, Found, Rule

OLDEST = (3, 10)
# All that `ast` refuses for 3.10 has one of these in it: except* and except without parentheses, type statements, type parameters,
# template strings. Parsing everything twice would take as long as all rules together.
_SUSPICIOUS = re.compile(
    r"except\s*\*|except\s+[\w.]+\s*,|^\s*type\s+\w|\b(?:def|class)\s+\w+\s*\[|\b(?:t|tr|rt)[\"']",
    re.MULTILINE | re.IGNORECASE,
)


class FileNotParsed(Rule):
    """One file below `jobs` that does not parse ends the sync of the whole repository: no Job of it is there any more.

    What counts is the Python of the workers, and Nautobot runs on 3.10 and newer. `except*`, `type X = …`, generic `def f[T]()`, and quotes of
    the same kind inside an f-string came later.
    """

    id = "JOB105"
    name = "file-not-parsed"
    severity = ERROR
    title = "A file does not parse on Python 3.10, the oldest that Nautobot runs on"
    bad = '''"""An example."""


def several(work):
    """Python 3.11 and newer."""
    try:
        work()
    except* ValueError:
        return False
    return True
'''
    good = '''"""An example."""


def several(work):
    """Every Python."""
    try:
        work()
    except ValueError:
        return False
    return True
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Parse as Python 3.10 does, as far as a newer one can."""
        for file in context.repository.broken:
            if context.is_loaded(file.path) and file.problem:
                line, column = file.problem.line, file.problem.column
                yield Found(file.path, line, column, f"Nautobot cannot import this file: {file.problem.message}.")
        for code in context.code:
            if newer := _newer(code):
                line, column, what = newer
                yield Found(code.module.file.path, line, column, f"Python 3.10 does not parse this: {what}.")


def _newer(code: Code) -> tuple[int, int, str] | None:
    """Line, column and what is too new for Python 3.10 in a file that this Python parses."""
    file = code.module.file
    if _SUSPICIOUS.search(file.text):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(file.text, feature_version=OLDEST)
        except SyntaxError as error:
            return error.lineno or 1, error.offset or 1, error.msg
    # Two things that `feature_version` lets pass.
    for node in code.of(ast.Subscript):
        if isinstance(node.slice, ast.Tuple) and any(isinstance(each, ast.Starred) for each in node.slice.elts):
            first = node.slice.elts[0]
            if (first.lineno, first.col_offset) == (node.slice.lineno, node.slice.col_offset):  # no parentheses
                return node.lineno, node.col_offset + 1, "a star in an index came with 3.11"
    for argument in code.of(ast.arg):
        if isinstance(argument.annotation, ast.Starred):
            return argument.lineno, argument.col_offset + 1, "a star in an annotation came with 3.11"
    return _new_fstring(file) if sys.version_info >= (3, 12) else None


def _new_fstring(file: SourceFile) -> tuple[int, int, str] | None:
    """What f-strings may have since 3.12, whose tokenizer tells their parts: their own quotes, backslashes and comments in expressions."""
    if not any(mark in file.text for mark in ('f"', "f'", 'F"', "F'", 'r"', "r'", 'R"', "R'")):
        return None
    start, end = (getattr(tokenize, f"FSTRING_{part}") for part in ("START", "END"))
    quotes: list[str] = []
    for token in tokens(file):
        line, column = token.start[0], token.start[1] + 1
        if token.type in (start, tokenize.STRING) and quotes:
            quote = _quote(token.string)
            if any(outer.startswith(quote[0]) and (len(outer) == 1 or quote == outer) for outer in quotes):
                return line, column, "the quotes of an f-string inside it came with 3.12"
            if "\\" in token.string and token.type == tokenize.STRING:
                return line, column, "a backslash inside the braces of an f-string came with 3.12"
        elif token.type == tokenize.COMMENT and quotes:
            return line, column, "a comment inside the braces of an f-string came with 3.12"
        elif token.type == tokenize.NL and quotes and len(quotes[-1]) == 1:
            return line, column, "a line break inside the braces of an f-string came with 3.12"
        if token.type == start:
            quotes.append(_quote(token.string))
        elif token.type == end:
            quotes.pop()
    return None


def _quote(literal: str) -> str:
    """The quotes that a literal begins with."""
    rest = literal.lstrip("rRbBfFuU")
    return rest[:3] if rest[:3] in ('"""', "'''") else rest[:1]

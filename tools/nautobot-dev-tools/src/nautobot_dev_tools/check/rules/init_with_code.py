"""The __init__.py files that Nautobot runs by the way."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class InitWithCode(Rule):
    """To find `<slug>.jobs`, Nautobot walks through all packages of all repositories, and imports each on its way: also `tests` and `tools`.

    So every `__init__.py` of the repository runs in every worker and web server, at every sync and every start of a Job. Outside of `jobs` it should
    hold a docstring and plain constants. Where a package need not be one, as with the tests of pytest, the file can go.
    """

    id = "JOB108"
    name = "init-with-code"
    severity = WARNING
    title = "An `__init__.py` outside of `jobs` has code, which Nautobot runs whenever it loads Jobs"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "tests/__init__.py": '"""Tests."""\n\nfrom unittest import mock\n\nmock.patch("requests.get").start()\n',
    }
    good = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "tests/__init__.py": '"""Tests."""\n',
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find the first statement that does more than state a constant."""
        packages = {name for name, module in context.repository.modules.items() if module.is_package}
        for name in sorted(packages):
            parts = name.split(".")
            if parts[0] == "jobs" or not all(".".join(parts[:end]) in packages for end in range(1, len(parts))):
                continue
            module = context.repository.modules[name]
            for node in module.file.tree.body if module.file.tree else ():
                if not _is_plain(node):
                    what = "the repository's root" if not name else f"{name.replace('.', '/')}/"
                    message = f"Nautobot runs this whenever it loads Jobs; the `__init__.py` of {what} should hold a docstring only."
                    yield context.found(module, node, message)
                    break


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return not any(isinstance(each, (ast.Call, ast.Name, ast.Attribute)) for each in ast.walk(node.value))
    return isinstance(node, ast.Pass)

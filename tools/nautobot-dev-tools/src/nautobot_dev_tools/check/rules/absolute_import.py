"""How the modules of a repository import each other."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ..context import Context
from ..imports import absolute, made_relative, relative
from ..rule import ERROR, Found, Rule


class AbsoluteImport(Rule):
    """In Nautobot the repository is a package that has its slug as its name: nothing in it is called `jobs.…` there.

    Such an import fails, and with it the sync of the whole repository. It works in tests and editors only, which begin at the repository's root.
    A relative import works in both.
    """

    id = "JOB110"
    name = "absolute-import"
    severity = ERROR
    title = "A module of the repository is imported by a name that it does not have in Nautobot"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n\nfrom jobs.limits import LIMIT\n\n__all__ = ["LIMIT"]\n',
        "jobs/limits.py": '"""Limits."""\n\nLIMIT = 3\n',
    }
    good = bad | {"jobs/__init__.py": '"""Jobs."""\n\nfrom .limits import LIMIT\n\n__all__ = ["LIMIT"]\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find absolute imports of names at the repository's root."""
        if "jobs" not in {name.split(".")[0] for name in context.repository.modules}:
            return
        modules = context.repository.modules
        roots = {name.split(".")[0] for name in modules if name} - set(sys.stdlib_module_names)
        # An App is installed as a package of its own, whether or not Jobs lie beside it.
        roots -= {name for name in roots if name in modules and "AppConfig" in modules[name].file.text}
        for code in context.code:
            module = code.module
            for node, name in absolute(code):
                # Who tries an import knows that it may fail.
                if name.split(".")[0] in roots and not code.is_tried(node):
                    dots, rest = relative(module, name)
                    message = f"In Nautobot there is no module {name}, only one below the repository's slug: import `{'.' * dots}{rest}`."
                    yield context.found(module, node, message, made_relative(context, module, node, name))

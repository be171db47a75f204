"""Relative imports lead somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...source.modules import Module
from ..context import Context
from ..rule import ERROR, Found, Rule


class ImportMissing(Rule):
    """One import that fails ends the sync of the whole repository. It happens after a file was renamed, or was not committed.

    More dots than there are packages lead out of the repository, where nothing can be imported from.
    """

    id = "JOB112"
    name = "import-missing"
    severity = ERROR
    title = "A relative import names what the repository does not have"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n\nfrom .limits import LIMIT\n\n__all__ = ["LIMIT"]\n',
    }
    good = bad | {"jobs/limits.py": '"""Limits."""\n\nLIMIT = 3\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find relative imports of modules that are not there, and of names that do not occur in the module."""
        paths = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in context.files}
        known = {name.rsplit(".", up)[0] for name in paths for up in range(name.count(".") + 1)} | {"", "__init__"}
        for code in context.code:
            module = code.module
            for node in code.of(ast.ImportFrom):
                if not node.level or code.is_tried(node):
                    continue
                depth = len(module.package.split(".")) + 1 if module.package else 1
                if node.level > depth:
                    yield context.found(module, node, f"{'.' * node.level} leads out of the repository.")
                    continue
                source = context.repository.imported(module, node)[-1].rpartition(".")[0]
                if source not in known:
                    yield context.found(
                        module, node, f"The repository has no {source.replace('.', '/')}.py or folder of that name."
                    )
                    continue
                for alias in node.names:
                    if (
                        not _has(context.repository.modules.get(source), alias.name)
                        and f"{source}.{alias.name}".lstrip(".") not in known
                    ):
                        yield context.found(module, node, f"{source or '__init__.py'} has no {alias.name}.")


def _has(module: Module | None, name: str) -> bool:
    """Whether a module may have a name: only where its text does not even contain it, it surely has not."""
    if name == "*" or name.startswith("__") or (module is not None and name in module.names):
        return True
    text = module.file.text if module else ""
    made = module is not None and (" import *" in text or "globals()" in text or "__getattr__" in text)
    return made or re.search(rf"\b{re.escape(name)}\b", text) is not None

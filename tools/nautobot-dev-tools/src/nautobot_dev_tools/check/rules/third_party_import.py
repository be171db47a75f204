"""Modules import nothing that Nautobot does not install."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..code import Code
from ..context import Context
from ..provided import provided, standard
from ..rule import WARNING, Found, Rule
from ..versions import supported


class ThirdPartyImport(Rule):
    """One module that fails to import blocks the sync of the whole repository.

    On a worker that lacks the package, every Job that is sorted after it is missing, whatever it needs itself.
    Nautobot installs no requirements of a Git repository.

    A package that Nautobot does not itself depend on is imported in the function that needs it, so that its absence
    is an error of that Job alone. Packages that all your workers have can be named in `pyproject.toml`:
    `[tool.nautobot-jobs] installed = ["netmiko"]`.
    """

    id = "JOB402"
    name = "third-party-import"
    severity = WARNING
    title = "A module imports what Nautobot does not install"
    bad = '''"""Talks to devices."""

from netmiko import ConnectHandler


def connect(**settings):
    """A connection."""
    return ConnectHandler(**settings)
'''
    good = '''"""Talks to devices."""


def connect(**settings):
    """A connection."""
    from netmiko import ConnectHandler

    return ConnectHandler(**settings)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find imports at the top of modules."""
        versions = _versions(context)
        allowed = {*standard(), *_own(context), *_names(context.settings.get("installed"))}
        for module, node in context.import_time:
            if not isinstance(node, (ast.Import, ast.ImportFrom)) or _may_fail(context.code_of(module), node):
                continue
            for name in _imported(node):
                top = name.split(".")[0]
                if top in allowed or context.repository.own_name(name) != name:
                    continue
                if name.partition(".")[2] in context.repository.modules and name.count("."):
                    continue  # through the name that the repository has in Nautobot
                lacking = [version for version, names in versions.items() if top not in names]
                if lacking:
                    which = "Nautobot does" if len(lacking) == len(versions) else f"Nautobot {lacking[0]} does"
                    message = f"{which} not install {top}: import it in the function that needs it, so that only what needs it fails without."
                    yield context.found(module, node, message)
                    break


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [] if node.level or not node.module else [node.module]


def _may_fail(code: Code, node: ast.AST) -> bool:
    """Whether the module goes on without it: ``try: import x`` with ``except ImportError``."""
    below = node
    for above in code.around(node):
        if isinstance(above, ast.Try) and below in above.body and above.handlers:
            return True
        below = above
    return False


def _own(context: Context) -> set[str]:
    """Top-level names of the repository itself."""
    return {path.split("/")[0].removesuffix(".py") for path in context.files}


def _versions(context: Context) -> dict[str, frozenset[str]]:
    """What comes with the versions of Nautobot that the repository is for: by major version, as far as it says."""
    majors = {str(major) for major, _ in supported(context)}
    fitting = {version: names for version, names in provided().items() if version.split(".")[0] in majors}
    return fitting or provided()


def _names(said: Any) -> list[str]:
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []

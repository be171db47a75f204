"""``nautobot.utilities`` and its like, to where Nautobot 2 has it."""

from __future__ import annotations

import libcst as cst

from ..moves import Target, by_rows, move
from ..tables import table
from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood


def target() -> Target:
    """Where the table says that names are now.

    The table of renames is left out: Jobs have no use for those views, and a name in it means another thing before and after.
    """
    names: dict[str, str] = {}
    modules: dict[str, str] = {}
    for old, name, new in table("v2-code-location-changes").rows:
        if name == "(all)":
            modules[old] = new
        else:
            names[f"{old}.{name}"] = f"{new}.{name}"
    return by_rows(names, modules)


class ModuleMoves(Transformation):
    """What the tables do not know of ``nautobot.utilities`` is left to a person."""

    data = "v2-code-location-changes"
    id = "module-moves"
    title = "Imports from nautobot.utilities and other modules that moved name the new module"
    since = "2.0"
    page = table("v2-code-location-changes").page

    def concerns(self, text: str) -> bool:
        """Whether it names such a module."""
        return "nautobot.utilities" in text or any(old in text for old in {row[0] for row in table(self.data).rows})

    def run(self, file: Understood) -> cst.Module:
        """Move what the tables know; mark what is left of the package that is gone."""
        where = target()
        move(file, where)
        for node in file.walk():
            if isinstance(node, cst.ImportFrom) and node.module is not None and not node.relative:
                source = dotted(node.module)
                if source.split(".")[:2] != ["nautobot", "utilities"] or isinstance(node.names, cst.ImportStar):
                    continue
                for alias in node.names:
                    if not where(f"{source}.{alias.evaluated_name}"):
                        file.todo(
                            node,
                            f"nautobot.utilities is gone, and the tables do not say where {alias.evaluated_name} is",
                        )
        return file.edited()

"""Folders below jobs are packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..context import Context
from ..rule import ERROR, Found, NewFile, Rule


class PackageInitMissing(Rule):
    """Nautobot looks for modules in packages only: in folders with an `__init__.py`, below others with one.

    A module in another folder is imported only if something imports it by name. Until then its Jobs do not exist.
    """

    id = "JOB102"
    name = "package-init-missing"
    severity = ERROR
    title = "A folder below `jobs` has no `__init__.py`, so Nautobot does not see the modules in it"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/audits/vlans.py": '"""Nobody imports this."""\n',
    }
    good = bad | {"jobs/audits/__init__.py": '"""Audits."""\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find folders with modules that nothing imports."""
        unseen = [
            PurePosixPath(module.file.path)
            for name, module in context.repository.modules.items()
            if name.split(".")[0] == "jobs" and name not in context.imported
        ]
        for folder in sorted({folder for path in unseen for folder in path.parents if folder.name}):
            init = f"{folder}/__init__.py"
            if init not in context.files:
                names = ", ".join(str(path.relative_to(folder)) for path in sorted(unseen) if folder in path.parents)
                message = f"Nautobot does not see {names}: add an `__init__.py` to {folder}/."
                yield Found(init, 1, 1, message, NewFile(init, ""))

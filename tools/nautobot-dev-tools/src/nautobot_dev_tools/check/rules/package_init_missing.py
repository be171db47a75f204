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
        for folder in sorted({PurePosixPath(path).parent for path in context.files if path.startswith("jobs/")}):
            init = f"{folder}/__init__.py"
            unseen = [
                module.file.path
                for module in context.repository.modules.values()
                if PurePosixPath(module.file.path).parent == folder and module.name not in context.imported
            ]
            if init not in context.files and unseen:
                names = ", ".join(PurePosixPath(path).name for path in sorted(unseen))
                message = f"Nautobot does not see {names}: add an `__init__.py` to {folder}/."
                yield Found(init, 1, 1, message, NewFile(init, ""))

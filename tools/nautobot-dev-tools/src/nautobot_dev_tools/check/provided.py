"""What a Nautobot installs besides itself: the names that a Job may import wherever Nautobot runs.

`provided.json` has them by version of Nautobot, made from installed metadata by::

    python -m nautobot_dev_tools.check.provided .venv/lib/python3.11/site-packages ...
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

DATA = Path(__file__).with_name("provided.json")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Modules of older Pythons: that they are gone is no matter of what is installed.
_ONCE_STANDARD = ("asynchat", "asyncore", "cgi", "crypt", "distutils", "imp", "pipes", "smtpd", "telnetlib")


@cache
def provided() -> dict[str, frozenset[str]]:
    """The top-level names that come with Nautobot, by its version; its own among them."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    return {version: frozenset(names) for version, names in data.items()}


@cache
def standard() -> frozenset[str]:
    """The top-level names of Python's standard library."""
    return frozenset([*sys.stdlib_module_names, *_ONCE_STANDARD, "__future__"])


def names_of(folder: Path) -> tuple[str, list[str]]:
    """Version of the Nautobot in a folder of site-packages, and the names that it and all it depends on bring, extras left out."""
    installed = {_normal(each.metadata["Name"]): each for each in distributions(path=[str(folder)])}
    reached: set[str] = set()
    waiting = ["nautobot"]
    while waiting:
        name = waiting.pop()
        if name in installed and name not in reached:
            reached.add(name)
            waiting += _needs(installed[name])
    names = {top for name in reached for top in _tops(installed[name])}
    return installed["nautobot"].version, sorted(names)


def _needs(distribution: Distribution) -> list[str]:
    """What it depends on, without what only an extra of it brings."""
    found = []
    for line in distribution.requires or []:
        requirement, _, marker = line.partition(";")
        if "extra ==" not in marker and (match := _REQUIREMENT.match(requirement)):
            # A name with extras needs what those bring: all that is installed of it.
            found.append(_normal(match[0]))
            if "[" in requirement:
                found += _of_extras(distribution, requirement)
    return found


def _of_extras(distribution: Distribution, requirement: str) -> list[str]:
    name = _normal(_REQUIREMENT.match(requirement)[0])  # type: ignore[index]
    wanted = re.findall(r"[\w-]+", requirement.partition("[")[2].partition("]")[0])
    folder = Path(str(distribution.locate_file("")))
    other = next((each for each in distributions(path=[str(folder)]) if _normal(each.metadata["Name"]) == name), None)
    lines = (other.requires or []) if other else []
    return [
        _normal(match[0])
        for line in lines
        if any(re.search(rf"extra == ['\"]{extra}['\"]", line) for extra in wanted)
        and (match := _REQUIREMENT.match(line))
    ]


def _tops(distribution: Distribution) -> set[str]:
    tops = set()
    for file in distribution.files or []:
        first = file.parts[0]
        if len(file.parts) > 1 and file.suffix in (".py", ".so"):
            tops.add(first)
        elif len(file.parts) == 1 and file.suffix in (".py", ".so"):
            tops.add(first.partition(".")[0])
    return {top for top in tops if top.isidentifier()}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(folders: list[str]) -> None:
    """Write the names of the Nautobots in these folders of site-packages to `provided.json`; other versions in it stay."""
    data = {version: sorted(names) for version, names in provided().items()} if DATA.exists() else {}
    data.update(names_of(Path(folder)) for folder in folders)
    DATA.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

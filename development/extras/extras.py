"""Print what the optional extras of a pyproject.toml require, one a line; runs inside the image, with what that has."""

import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    from pip._vendor import tomli as tomllib


def requirements(pyproject: str, folder: Path) -> list[str]:
    """Return the requirements of all extras, each once, sorted; what lies in the folder is taken from there."""
    extras = tomllib.loads(pyproject).get("project", {}).get("optional-dependencies", {})
    wanted = sorted({requirement for of_extra in extras.values() for requirement in of_extra})
    names = [re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in wanted]
    own = {name: str(folder / name) for name in names if (folder / name / "pyproject.toml").exists()}
    return [own.get(name, each) for name, each in zip(names, wanted, strict=True)]


if __name__ == "__main__":
    sys.stdout.writelines(f"{requirement}\n" for requirement in requirements(Path(sys.argv[1]).read_text(), Path.cwd()))

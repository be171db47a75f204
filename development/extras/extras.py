"""Print what the optional extras of a pyproject.toml require, one a line; runs inside the image, with what that has."""

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    from pip._vendor import tomli as tomllib


def requirements(pyproject: str) -> list[str]:
    """Return the requirements of all extras, each once, sorted."""
    extras = tomllib.loads(pyproject).get("project", {}).get("optional-dependencies", {})
    return sorted({requirement for wanted in extras.values() for requirement in wanted})


if __name__ == "__main__":
    sys.stdout.writelines(f"{requirement}\n" for requirement in requirements(Path(sys.argv[1]).read_text()))

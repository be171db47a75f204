"""The tables of Nautobot's upgrade guides, as `extract.py` found them in its documentation."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

# Both are safe; that in C is ten times as quick.
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Table(NamedTuple):
    """A table: the page that it stands on below Nautobot's documentation, the release that it is of, its columns and rows."""

    page: str
    since: str
    columns: list[str]
    rows: list[list[str]]


@cache
def table(name: str) -> Table:
    """The table of a file in this folder, by its stem."""
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    return Table(**yaml.load(text, Loader=loader))  # noqa: S506 - one of the two safe loaders

"""Extracts what a migration has to know from the installed Nautobot: ``python -m nautobot_dev_tools.migrate.extract``.

That is the tables of the upgrade guides in its documentation, and the relations and fields of the models that they tell of.
All is kept as YAML in `tables/`, because a migration starts in milliseconds, and has no Nautobot of that version at hand.
"""

from __future__ import annotations

import importlib.util
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "tables"
MODELS = FOLDER / "models.yaml"
# Models that no table of fields names, and that queries of Jobs lead to.
_MODELS = {
    *("Cable", "CablePath", "CableToCableTermination", "ExportTemplate", "ImageAttachment", "JobLogEntry", "JobQueue"),
    *("Location", "LocationType", "Module", "Namespace", "ObjectChange", "Role"),
    *("ConsolePortTemplate", "ConsoleServerPortTemplate", "DeviceBayTemplate", "InterfaceTemplate"),
}
_V1 = "user-guide/administration/upgrading/from-v1/upgrading-from-nautobot-v1.html"
_APPS = "development/apps/migration/code-updates.html"
_V3 = "release-notes/version-3.0.html"
_V32 = "release-notes/version-3.2.html"


class Source(NamedTuple):
    """Where a table stands: page below Nautobot's documentation, heading above it, release it is of, its number below the heading."""

    page: str
    anchor: str
    since: str
    number: int = 0


SOURCES = {
    "v2-database-behavior-changes": Source(_V1, "database-field-behavior-changes", "2.0"),
    "v2-database-renamed-fields": Source(_V1, "renamed-database-fields", "2.0"),
    "v2-database-removed-fields": Source(_V1, "removed-database-fields", "2.0"),
    "v2-models-roles": Source(_V1, "generic-role-model", "2.0"),
    "v2-models-locations": Source(_V1, "site-and-region-models", "2.0"),
    "v2-models-aggregate": Source(_V1, "aggregate-migrated-to-prefix", "2.0"),
    "v2-prefix-methods": Source(_V1, "prefix-parenting-concrete-relationship", "2.0"),
    "v2-api-behavior-changes": Source(_V1, "api-behavior-changes", "2.0"),
    "v2-api-renamed-fields": Source(_V1, "renamed-serializer-fields", "2.0"),
    "v2-api-removed-fields": Source(_V1, "removed-serializer-fields", "2.0"),
    "v2-api-replaced-endpoints": Source(_V1, "replaced-endpoints", "2.0"),
    "v2-filters-renamed-fields": Source(_V1, "renamed-filter-fields", "2.0"),
    "v2-filters-enhanced-fields": Source(_V1, "enhanced-filter-fields", "2.0"),
    "v2-filters-corrected-fields": Source(_V1, "corrected-filter-fields", "2.0"),
    "v2-filters-removed-fields": Source(_V1, "removed-filter-fields", "2.0"),
    "v2-code-location-changes": Source(_V1, "python-code-location-changes", "2.0"),
    "v2-code-removals": Source(_V1, "removed-python-code", "2.0"),
    "v2-code-renames": Source(_V1, "renamed-python-code", "2.0"),
    "v2-git-jobs": Source(_V1, "git-data-source-changes", "2.0"),
    "v2-logging-renamed-loggers": Source(_V1, "logging-changes", "2.0"),
    "v2-code-nautobot-app-location": Source(_APPS, "update-code-import-locations", "2.0", 1),
    "v3-code-removals": Source(_V3, "removed-python-code", "3.0"),
    "v3.2-cable-translated": Source(_V32, "migrate-cable-termination-queries", "3.2", 0),
    "v3.2-cable-not-translated": Source(_V32, "migrate-cable-termination-queries", "3.2", 1),
    "v3.2-termination-translated": Source(_V32, "migrate-cable-termination-queries", "3.2", 2),
    "v3.2-termination-not-translated": Source(_V32, "migrate-cable-termination-queries", "3.2", 3),
}


class Tables(HTMLParser):
    """The tables of a page: `found` has the heading's anchor and the rows of each, the first of them the names of its columns."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self._anchor = ""
        self._cell: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row, a cell; remember headings."""
        if re.fullmatch("h[1-6]", tag):
            self._anchor = dict(attrs).get("id") or self._anchor
        elif tag == "table":
            self.found.append((self._anchor, []))
        elif tag == "tr":
            self.found[-1][1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th") and self._cell is not None:
            self.found[-1][1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        """Keep the text of a cell."""
        if self._cell is not None:
            self._cell.append(data)


def documentation() -> Path:
    """The folder of the documentation of the installed Nautobot, which is not imported."""
    spec = importlib.util.find_spec("nautobot")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Nautobot is not installed")
    return Path(spec.origin).parent / "project-static" / "docs"


def extracted(name: str, docs: Path) -> str:
    """The text of the YAML file of a table.

    Raises:
        LookupError: its page has no such table.
    """
    source = SOURCES[name]
    found = Tables((docs / source.page).read_text(encoding="utf-8")).found
    tables = [rows for anchor, rows in found if anchor == source.anchor]
    if len(tables) <= source.number:
        raise LookupError(f"{source.page} has no table below {source.anchor!r}")
    columns, *rows = tables[source.number]
    lines = [
        "# Written by `python -m nautobot_dev_tools.migrate.extract`.",
        f"page: {source.page}#{source.anchor}",
        f'since: "{source.since}"',
        f"columns: {_flow(columns)}",
        "rows:",
        *(f"- {_flow(row)}" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _flow(cells: list[str]) -> str:
    """A row as YAML; JSON is YAML, too."""
    return json.dumps(cells, ensure_ascii=False)


def models() -> str:
    """The text of the YAML file of models: relations (by the name that a query has for them) to each other, and other fields.

    Needs a Nautobot set up in this process.
    """
    from django.apps import apps

    named = {row[0] for name in SOURCES for row in _rows(name) if re.fullmatch("[A-Z][A-Za-z]+", row[0])}
    known = {
        model._meta.object_name: model
        for model in apps.get_models()
        if model._meta.object_name in named | _MODELS and model.__module__.startswith(("nautobot.", "django.contrib."))
    }
    lines = ["# Written by `python -m nautobot_dev_tools.migrate.extract`."]
    for name, model in sorted(known.items()):
        relations, fields = {}, []
        for field in model._meta.get_fields():
            target = field.related_model._meta.object_name if field.is_relation and field.related_model else ""
            if target in known:
                relations[field.name] = target
            elif not target:
                fields.append(field.name)
        lines += [f"{name}:", f"  app: {model._meta.app_label}", f"  relations: {json.dumps(relations)}"]
        lines.append(f"  fields: {json.dumps(fields)}")
    return "\n".join(lines) + "\n"


def _rows(name: str) -> list[list[str]]:
    from .tables import table

    return table(name).rows if SOURCES[name].anchor.endswith("fields") else []


def main() -> None:
    """Write all files."""
    docs = documentation()
    FOLDER.mkdir(exist_ok=True)
    for name in SOURCES:
        (FOLDER / f"{name}.yaml").write_text(extracted(name, docs), encoding="utf-8")
    import nautobot

    nautobot.setup(str(Path(__file__).parents[1] / "nautobot_config.py"))
    MODELS.write_text(models(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Aliases that Nautobot 3 has no more, by what they stood for."""

from __future__ import annotations

import libcst as cst

from ..moves import Target, by_rows, move
from ..tables import table
from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood

# The table has these modules by a name that no release has had.
_MODULES = {".filters.mixins.": ".filter_mixins."}
# The table has it as its own replacement, and it is gone.
_GONE = "nautobot.extras.forms.forms.CustomFieldBulkCreateForm"
# The release notes have these in prose.
_NOTED = {
    "nautobot_data_validation_engine.custom_validators.DataComplianceRule": "nautobot.apps.models.DataComplianceRule",
    "nautobot_data_validation_engine.custom_validators.ComplianceError": "nautobot.apps.models.ComplianceError",
}


def target() -> Target:
    """Where the table says that names are now, as far as they are there."""
    names = dict(_NOTED)
    for old, new in table("v3-code-removals").rows:
        if old != _GONE and "TestCases" not in old:
            for wrong, right in _MODULES.items():
                new = new.replace(wrong, right)
            names[old] = new
    return by_rows(names, {})


class V3CodeRemovals(Transformation):
    """An import takes the new name, and the file uses it, unless the file has something of that name already."""

    id = "v3-code-removals"
    title = "Imports of aliases that 3.0 removed name what they stood for"
    since = "3.0"
    page = table("v3-code-removals").page

    def concerns(self, text: str) -> bool:
        """Whether it has such a name."""
        rows = table("v3-code-removals").rows
        return "nautobot_data_validation_engine" in text or any(old.rpartition(".")[2] in text for old, _ in rows)

    def run(self, file: Understood) -> cst.Module:
        """Move them; mark what has no new home."""
        move(file, target())
        for node in file.walk():
            if isinstance(node, cst.ImportFrom) and node.module is not None and not node.relative:
                source, names = dotted(node.module), node.names
                if not isinstance(names, cst.ImportStar):
                    for alias in names:
                        if f"{source}.{alias.evaluated_name}" in (_GONE, _GONE.replace(".forms.forms.", ".forms.")):
                            file.todo(node, f"{alias.evaluated_name} is gone")
            if isinstance(node, cst.Attribute) and node.attr.value in (
                "NameOnlyFilterTestCase",
                "NameSlugFilterTestCase",
            ):
                file.edit(node.attr, lambda name: name.with_changes(value="FilterTestCase"))
                file.changed(node, f"{node.attr.value} is FilterTestCase now")
                file.todo(node, "FilterTestCase needs generic_filter_tests, a list of the filters that it tries")
        return file.edited()

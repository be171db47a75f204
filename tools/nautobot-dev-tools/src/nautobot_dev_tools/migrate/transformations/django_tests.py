"""Names of Django that are gone with the Django that Nautobot 3.1 brought."""

from __future__ import annotations

import libcst as cst

from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood


class DjangoTests(Transformation):
    """Nautobot 3.1 brought Django 5.2 in place of 4.2."""

    id = "django-tests"
    title = "assertQuerysetEqual() becomes assertQuerySetEqual(); django.utils.timezone.utc is marked"
    since = "3.1"
    page = "release-notes/version-3.1.html#changes-for-django-52-compatibility"

    def concerns(self, text: str) -> bool:
        """Whether it has one."""
        return "assertQueryset" in text or "timezone" in text

    def run(self, file: Understood) -> cst.Module:
        """Rename the methods; mark the time zone where it is imported or used."""
        for node in file.walk():
            if isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
                names = {each.evaluated_name for each in node.names}
                if node.module is not None and dotted(node.module) == "django.utils.timezone" and "utc" in names:
                    file.todo(node, _UTC)
            elif isinstance(node, cst.Attribute):
                name = node.attr.value
                if name in ("assertQuerysetEqual", "assertQuerysetEqualAndNotEmpty") and dotted(node.value) == "self":
                    new = name.replace("Queryset", "QuerySet")
                    file.replace(node.attr, node.attr.with_changes(value=new))
                    file.changed(node, f"{name}() is {new}() now")
                elif name == "utc" and file.qualified(node) == "django.utils.timezone.utc":
                    file.todo(node, _UTC)
        return file.edited()


_UTC = "django.utils.timezone has no utc any more; datetime.timezone.utc is the same"

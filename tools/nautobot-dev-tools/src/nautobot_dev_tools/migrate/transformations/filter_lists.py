"""Filters that take several values since 3.0, and a list of them where they are written out."""

from __future__ import annotations

import libcst as cst

from ..moves import guarded
from ..objects import objects_of
from ..transformation import Transformation
from ..tree import string_of
from ..understood import Understood
from .filters import filters_of

_LISTS = frozenset(
    {
        *(("FrontPortTemplate", "rear_port_template"), ("IPAddressToInterface", "ip_address")),
        *(("JobLogEntry", "job_result"), ("JobResult", "user"), ("ModuleBay", "parent_module")),
        ("PowerOutlet", "power_port"),
    }
)


class FilterLists(Transformation):
    """The filters that dynamic groups and saved views keep are of this kind, too: Nautobot's Job *Validate Model Data* finds those."""

    id = "filter-lists"
    title = "Single values of filters that take lists since 3.0 are marked"
    since = "3.0"
    page = "release-notes/version-3.0.html#filter-standardization-improvements-1889"

    def concerns(self, text: str) -> bool:
        """Whether it has one of the filters."""
        return "FilterSet" in text and any(name in text for _, name in _LISTS)

    def run(self, file: Understood) -> cst.Module:
        """Mark the values that are not written as lists."""
        for call in objects_of(file).of_type(cst.Call):
            for model, filters in filters_of(file, call):
                for element in filters.elements:
                    if not isinstance(element, cst.DictElement) or guarded(file, call):
                        continue
                    is_list = isinstance(element.value, (cst.List, cst.ListComp, cst.Tuple))
                    if (model, string_of(element.key)) in _LISTS and not is_list:
                        file.todo(element, f"the filter {string_of(element.key)} of {model} takes a list now")
        return file.edited()

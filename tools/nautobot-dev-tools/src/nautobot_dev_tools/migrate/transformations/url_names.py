"""Names of Nautobot's pages, as ``reverse()`` takes them."""

from __future__ import annotations

import re

import libcst as cst

from ..objects import objects_of
from ..transformation import Transformation
from ..tree import string_of, with_text
from ..understood import Understood

_GUIDE = "user-guide/administration/upgrading/from-v1/upgrading-from-nautobot-v1.html"
_RENAMED = {"extras:job_jobresult": "extras:jobresult", "extras:job_detail": "extras:job"}
_GONE = re.compile(r"(dcim:(?:site|region|devicerole|rackrole)|ipam:(?:role|aggregate))(_\w+)?")
_SUCCESSOR = {
    "dcim:site": "dcim:location",
    "dcim:region": "dcim:location",
    "dcim:devicerole": "extras:role",
    "dcim:rackrole": "extras:role",
    "ipam:role": "extras:role",
    "ipam:aggregate": "ipam:prefix",
}


class UrlNames(Transformation):
    """Pages of models that are gone took slugs; those of their successors take primary keys, so that a person has to see the arguments."""

    id = "url-names"
    title = "Names of pages in strings are those of 2.0"
    since = "2.0"
    page = f"{_GUIDE}#url-changes"

    def concerns(self, text: str) -> bool:
        """Whether it has such a name."""
        return any(name in text for name in (*_RENAMED, *_SUCCESSOR))

    def run(self, file: Understood) -> cst.Module:
        """Rename what is only renamed; mark what is gone."""
        for node in objects_of(file).of_type(cst.SimpleString):
            text = string_of(node)
            if text is None or not isinstance(node, cst.SimpleString):
                continue
            if text in _RENAMED:
                file.replace(node, with_text(node, _RENAMED[text]))
                file.changed(node, f"the page {text} is {_RENAMED[text]} now")
            elif found := _GONE.fullmatch(text):
                new = _SUCCESSOR[found.group(1)] + (found.group(2) or "")
                file.todo(node, f"the page {text} is gone: {new} takes a primary key, not a slug")
        return file.edited()

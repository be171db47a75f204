"""Paths of the REST API and calls of pynautobot that are gone."""

from __future__ import annotations

import re

import libcst as cst

from ..objects import objects_of
from ..tables import table
from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood

# Those that the guide has in prose: models that are gone have no endpoint.
_NOTED = {
    "/dcim/sites/": "/dcim/locations/",
    "/dcim/regions/": "/dcim/locations/",
    "/ipam/aggregates/": "/ipam/prefixes/",
}
_NAMES = ("aggregates", "device-roles", "ipam.roles", "ipam/roles", "rack-roles", "regions", "sites")
_BRIEF = re.compile(r"[?&]brief=")


class RestPaths(Transformation):
    """Fields of what the API returns changed, too, so that nothing is rewritten."""

    id = "rest-paths"
    title = "Endpoints of the REST API that 2.0 removed are marked, in paths and in calls of pynautobot"
    since = "2.0"
    page = table("v2-api-replaced-endpoints").page

    def concerns(self, text: str) -> bool:
        """Whether it has one."""
        return "brief=" in text or any(name in text.replace("_", "-") for name in _NAMES)

    def run(self, file: Understood) -> cst.Module:
        """Mark them."""
        endpoints = _endpoints()
        calls = {old.strip("/").replace("-", "_").replace("/", "."): new for old, new in endpoints.items()}
        for node in objects_of(file).of_type(cst.SimpleString, cst.FormattedStringText, cst.Attribute):
            if isinstance(node, cst.Attribute):
                last = ".".join(dotted(node).split(".")[-2:])
                if last in calls and dotted(node) != last and not file.qualified(node).startswith("nautobot."):
                    file.todo(
                        node, f"the endpoint {last} is gone: {calls[last].strip('/').replace('/', '.')} has its objects"
                    )
                continue
            text = node.value if isinstance(node, (cst.SimpleString, cst.FormattedStringText)) else ""
            for old, new in endpoints.items():
                if f"api{old.rstrip('/')}" in text:
                    file.todo(node, f"the endpoint {old} is gone: {new} has its objects")
            if _BRIEF.search(text):
                file.todo(node, "the parameter brief is gone: depth says how much of related objects comes along")
        return file.edited()


def _endpoints() -> dict[str, str]:
    return dict(table("v2-api-replaced-endpoints").rows) | _NOTED

"""GraphQL queries in strings that ask for what is gone."""

from __future__ import annotations

import re

import libcst as cst

from ..objects import objects_of
from ..tables import table
from ..transformation import Transformation
from ..tree import string_of
from ..understood import Understood

_WORDS = re.compile(r"\b(sites?|regions?|device_roles?|rack_roles?|aggregates?|slug|site_id|region_id)\b(?!\s*=)")
_QUERY = re.compile(r"\{\s*\w+[^{}]*\{", re.DOTALL)


class GraphqlQueries(Transformation):
    """What a query gives changes what the code around it reads, so that nothing is rewritten."""

    id = "graphql-queries"
    title = "GraphQL queries that ask for sites, regions, roles of old, aggregates or slugs are marked"
    since = "2.0"
    page = table("v2-api-removed-fields").page

    def concerns(self, text: str) -> bool:
        """Whether it has queries."""
        return ("query" in text or "graphql" in text.lower()) and _WORDS.search(text) is not None

    def run(self, file: Understood) -> cst.Module:
        """Mark strings that look like a query."""
        for node in objects_of(file).of_type(cst.SimpleString, cst.ConcatenatedString):
            text = string_of(node) or ""
            if not _QUERY.search(text) or isinstance(file.parent(node), (cst.Expr, cst.ConcatenatedString)):
                continue
            if found := sorted(set(_WORDS.findall(text))):
                file.todo(node, f"if this is a GraphQL query: {', '.join(found)} may be gone from what it asks for")
        return file.edited()

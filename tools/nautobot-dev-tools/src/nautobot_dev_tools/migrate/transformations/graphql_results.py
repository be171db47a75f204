"""Results of GraphQL queries, which have no ``to_dict()`` since 3.0."""

from __future__ import annotations

import libcst as cst

from ..objects import objects_of
from ..transformation import CERTAIN, Transformation
from ..tree import dotted, string_of
from ..understood import Understood

_FUNCTIONS = frozenset({"execute_query", "execute_saved_query"})
_PARTS = frozenset({"data", "errors"})


class GraphqlResults(Transformation):
    """``result.to_dict()["data"]`` is ``result.data``; a dict as a whole is put together from both attributes, as it was."""

    id = "graphql-results"
    title = "execute_query(...).to_dict() becomes .data and .errors"
    since = "3.0"
    page = "release-notes/version-3.0.html#job-authors--app-developers"

    def concerns(self, text: str) -> bool:
        """Whether it takes results apart."""
        return "to_dict" in text and any(name in text for name in _FUNCTIONS)

    def run(self, file: Understood) -> cst.Module:
        """Rewrite what is known to be a result."""
        objects = objects_of(file)
        for node in objects.of_type(cst.Call):
            if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)):
                continue
            if node.func.attr.value != "to_dict" or node.args or not _is_result(file, node.func.value):
                continue
            above = file.parent(node)
            key = _key(above)
            if isinstance(above, cst.Subscript) and above.value is node and key in _PARTS:
                file.edit(above, _attribute)
                file.changed(node, f'to_dict()["{key}"] is the attribute {key} now', CERTAIN)
            else:
                file.todo(node, "the result has no to_dict() any more, but the attributes data and errors")
        return file.edited()


def _key(node: cst.CSTNode | None) -> str | None:
    if isinstance(node, cst.Subscript) and len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        return string_of(node.slice[0].slice.value)
    return None


def _attribute(node: cst.Subscript) -> cst.BaseExpression:
    """``x.to_dict()["data"]`` as ``x.data``."""
    call = node.value
    assert isinstance(call, cst.Call)
    assert isinstance(call.func, cst.Attribute)
    return cst.Attribute(call.func.value, cst.Name(_key(node) or ""), lpar=node.lpar, rpar=node.rpar)


def _is_result(file: Understood, node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Call):
        return dotted(node.func).rpartition(".")[2] in _FUNCTIONS
    if isinstance(node, cst.Name):
        values = objects_of(file).values_of(node)
        return bool(values) and all(isinstance(each, cst.Call) and _is_result(file, each) for each in values)
    return False

"""Automation manifests: the YAML as such, checked against the JSON Schema that editors use too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from ..toolkit.documents import Node, listed, read_document

SCHEMA = Path(__file__).with_name("manifest.schema.json")
SHIPPED = Path(__file__).with_name("manifest.yml")
# In the order in which they are planned: what others need comes first.
SECTIONS = (
    "job_queues",
    "jobs",
    "groups",
    "permissions",
    "approval_workflows",
    "job_buttons",
    "job_hooks",
    "saved_inputs",
    "schedules",
)
_LONGEST = 200


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text()))


class Manifest:
    """A manifest that is well formed.

    Args:
        root: the document.
    """

    def __init__(self, root: Node) -> None:
        self.name: str = root.value["manifest"].value
        self.root = root

    def section(self, name: str) -> dict[str, Node]:
        """What one section has, by name; empty if the manifest does not have it."""
        node = self.root.value.get(name)
        if node is None:
            return {}
        if isinstance(node.value, list):
            return {each.value: each for each in node.value}
        return dict(node.value)


def read_manifest(content: bytes, file: str) -> Manifest:
    """A manifest.

    Raises:
        RefusalError: it is no YAML, or not as the schema says; all that is wrong at once, with lines.
    """
    root = read_document(content, file)
    problems = [
        message
        for error in sorted(_validator().iter_errors(root.plain()), key=lambda each: [str(part) for part in each.path])
        for message in _messages(root, error)
    ]
    if problems:
        raise listed(problems)
    return Manifest(root)


def child(node: Node, *path: Any) -> Node:
    """The value at a path below a node; where there is none, the last one on the way."""
    for part in path:
        try:
            node = node.value[part]
        except (KeyError, IndexError, TypeError):
            break
    return node


def _messages(root: Node, error: Any) -> Iterator[str]:
    """What is wrong, in words, with the place of the value or the name that it is about."""
    node = child(root, *error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for name in sorted(set(error.instance) - set(known)):
            yield child(node, name).bad(f"there is no {name} here. There are {', '.join(sorted(known))}.")
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield node.bad(f"{', '.join(missing)} is missing.")
    elif error.validator == "not":
        yield node.bad(f"{' and '.join(error.validator_value['required'])} does not belong here.")
    elif error.validator == "dependencies":
        yield node.bad("default_job_queue needs job_queues beside it.")
    elif error.validator == "enum":
        yield node.bad(f"{_short(error.instance)} is none of {', '.join(map(str, error.validator_value))}.")
    elif error.validator == "type":
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        yield node.bad(f"{_short(error.instance)} is no {' or '.join(_KINDS[kind] for kind in kinds)}.")
    elif error.validator == "pattern":
        about = error.schema.get("description", f"It has to fit {error.validator_value}")
        yield node.bad(f"{_short(error.instance)} is not understood. {about}")
    else:
        yield node.bad(f"{error.message[:_LONGEST]}.")


_KINDS = {
    "object": "mapping",
    "array": "list",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
}


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def plain(node: Node, name: str, default: Any = None) -> Any:
    """A value of a mapping, without places; the default where there is none."""
    return node.value[name].plain() if name in node.value else default

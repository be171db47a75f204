"""YAML documents that remember where each value stands, read without trusting anything about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from .access import RefusalError

MOST_BYTES = 256 << 10
_MOST_NODES = 20_000
_DEEPEST = 20
_LONGEST = 4096
_MOST_PROBLEMS = 200
# YAML 1.1 would read "on", "1_000", "12:30:45" and 2024-01-01 as something else than what people mean by them.
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_TAG = "tag:yaml.org,2002:"
_RESOLVER = yaml.resolver.Resolver()


@dataclass(frozen=True)
class Node:
    """A value of a document, and where it stands.

    Args:
        value: a text, a whole number, True, False or None; a list of nodes; or a mapping of texts to nodes.
        path: "objects[3].set.location"; "" for the document itself.
        line: from 1.
        file: name of the document.
    """

    value: Any
    path: str
    line: int
    file: str

    @property
    def place(self) -> str:
        """For messages: "branch.yml, line 12, objects[3].set.location"."""
        return f"{self.file}, line {self.line}" + (f", {self.path}" if self.path else "")

    def bad(self, why: str) -> str:
        """A message about this value."""
        return f"{self.place}: {why}"

    def with_value(self, value: Any) -> Node:
        """Another value that stands at the same place."""
        return Node(value, self.path, self.line, self.file)

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: each.plain() for key, each in self.value.items()}
        if isinstance(self.value, list):
            return [each.plain() for each in self.value]
        return self.value


def node_of(value: Any, at: Node, path: str = "") -> Node:
    """Plain values as nodes that all stand at the place of another one."""
    if isinstance(value, dict):
        value = {str(key): node_of(each, at, f"{path}.{key}") for key, each in value.items()}
    elif isinstance(value, (list, tuple)):
        value = [node_of(each, at, f"{path}[{number}]") for number, each in enumerate(value)]
    return Node(value, at.path + path, at.line, at.file)


def listed(problems: list[str]) -> RefusalError:
    """All problems in one refusal."""
    found = list(dict.fromkeys(problems))
    if len(found) == 1:
        return RefusalError(found[0])
    more = len(found) - _MOST_PROBLEMS
    rest = [f"and {more} more"] if more > 0 else []
    return RefusalError(
        "\n".join([f"{len(found)} problems:", *(f"- {each}" for each in found[:_MOST_PROBLEMS] + rest)])
    )


def read_document(content: bytes, file: str) -> Node:
    """A YAML document.

    Raises:
        RefusalError: it is too large, no YAML, or has what may not be in it; all that is wrong at once.
    """
    if len(content) > MOST_BYTES:
        raise RefusalError(f"{file} has more than {MOST_BYTES} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusalError(f"{file} is no text in UTF-8.") from None
    try:
        _check_size(text, file)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise RefusalError(f"{file}{where}: not YAML: {getattr(error, 'problem', None) or error}.") from None
    if root is None:
        raise RefusalError(f"{file} is empty.")
    problems: list[str] = []
    node = _node(root, "", file, problems)
    if problems:
        raise listed(problems)
    return node


def _check_size(text: str, file: str) -> None:
    """Before anything is made of it: aliases let a small file become a huge one, and depth fills Python's stack."""
    depth = count = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        where = f"{file}, line {event.start_mark.line + 1 if event.start_mark else 0}"
        if isinstance(event, yaml.AliasEvent):
            raise RefusalError(
                f"{where}: YAML aliases (*{event.anchor}) are not understood. Write it out, or use a loop."
            )
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        count += isinstance(event, yaml.NodeEvent)
        if depth > _DEEPEST:
            raise RefusalError(f"{where}: nested more than {_DEEPEST} deep.")
        if count > _MOST_NODES:
            raise RefusalError(f"{where}: more than {_MOST_NODES} values. Use loops.")
        if documents > 1:
            raise RefusalError(f"{where}: a second document begins here (---); there may be one only.")


def _node(root: yaml.Node, path: str, file: str, problems: list[str]) -> Node:
    node = Node(None, path, root.start_mark.line + 1, file)
    kind = root.tag.removeprefix(_TAG)
    if isinstance(root, yaml.MappingNode) and kind == "map":
        return node.with_value(dict(_pairs(root, node, problems)))
    if isinstance(root, yaml.SequenceNode) and kind == "seq":
        return node.with_value(
            [_node(each, f"{path}[{number}]", file, problems) for number, each in enumerate(root.value)]
        )
    if not isinstance(root, yaml.ScalarNode) or not root.tag.startswith(_TAG) or _explicit(root):
        problems.append(node.bad(f"tags ({root.tag}) are not understood."))
        return node
    return node.with_value(_scalar(root, node, problems))


def _explicit(root: yaml.ScalarNode) -> bool:
    """Was a tag written in front of it? Of plain scalars the tag is what YAML takes them for."""
    return root.tag not in (_RESOLVER.resolve(yaml.ScalarNode, root.value, (True, False)), f"{_TAG}str")


def _pairs(root: yaml.MappingNode, node: Node, problems: list[str]) -> Iterator[tuple[str, Node]]:
    seen = set()
    for key_node, value_node in root.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        here = Node(None, f"{node.path}.{key}" if node.path else str(key), key_node.start_mark.line + 1, node.file)
        if not key or key == "<<":
            problems.append(here.bad("a name is needed in front of the colon."))
        elif key in seen:
            problems.append(here.bad(f"{key} is there twice."))
        else:
            seen.add(key)
            value = _node(value_node, here.path, node.file, problems)
            # The line of the name: what is below it may begin lines later.
            yield key, Node(value.value, value.path, here.line, value.file)


def _scalar(root: yaml.ScalarNode, node: Node, problems: list[str]) -> Any:
    text = str(root.value)
    if len(text) > _LONGEST:
        problems.append(node.bad(f"the value has more than {_LONGEST} characters."))
    if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text):
        problems.append(node.bad("the value has control characters in it."))
    if root.style is None:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.match(text):
            return int(text)
    return text

"""Names of what is made new: which are possible, and what follows from them."""

from __future__ import annotations

import builtins
import keyword
import re

from ..errors import DevToolsError
from ..source.modules import JOB_NAMES

LONGEST_CLASS, LONGEST_TITLE = 40, 60  # Nautobot takes 100; these are still read in a menu


def module_name(class_name: str) -> str:
    """The module of a class: ``rack_usage`` of RackUsage, ``ip_audit`` of IPAudit.

    Raises:
        DevToolsError: it is no name for a class, or for a module.
    """
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", class_name) or len(class_name) > LONGEST_CLASS:
        raise DevToolsError(
            f"{class_name!r} is no name for the class: letters and digits, the first a capital, {LONGEST_CLASS} at most, such as RackUsage."
        )
    module = "_".join(_words(class_name)).lower()
    if class_name in JOB_NAMES or hasattr(builtins, class_name) or keyword.iskeyword(class_name):
        raise DevToolsError(f"{class_name} has a meaning already; choose another name.")
    if keyword.iskeyword(module) or module in {"test", "conftest"}:
        raise DevToolsError(f"A module cannot be called {module}; choose another name.")
    return module


def title_of(class_name: str) -> str:
    """What people read: ``Rack usage`` of RackUsage."""
    words = [word if word.isupper() and len(word) > 1 else word.lower() for word in _words(class_name)]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def checked_title(title: str) -> str:
    """A title as it may stand in a string of Python's.

    Raises:
        DevToolsError: it is too long, or has characters that it must not have.
    """
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE or not title.isprintable() or set(title) & set('"\\{}$'):
        raise DevToolsError(
            f'{title!r} is no title: a line of {LONGEST_TITLE} characters at most, without any of " \\ {{ }} $.'
        )
    return title


def checked_folder(folder: str) -> str:
    """The path of a package below jobs/, with slashes; empty for jobs/ itself.

    Raises:
        DevToolsError: a part of it is no name of a package.
    """
    parts = folder.split("/") if folder else []
    if any(not re.fullmatch(r"[a-z][a-z0-9_]*", part) or keyword.iskeyword(part) for part in parts):
        raise DevToolsError(
            f"{folder!r} is no folder of Jobs: small letters, digits and underscores, such as audits or network/config."
        )
    return folder


def _words(class_name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+|[0-9]+", class_name) or [class_name]

"""The versions of Nautobot that a repository is for: ``nautobot = ["2.4.35", "3.2.7"]`` of ``[tool.nautobot-jobs]``."""

from __future__ import annotations

import re

from .context import Context


def supported(context: Context) -> list[tuple[int, int]]:
    """Major and minor, as far as they are stated; what is no version is passed over."""
    said = context.settings.get("nautobot")
    texts = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    return [(int(found[1]), int(found[2])) for each in texts if (found := re.match(r"(\d+)\.(\d+)", each))]


def comes_to(context: Context, major: int, minor: int) -> bool:
    """Whether the repository is for this version or a later one; yes, where it does not say."""
    stated = supported(context)
    return not stated or max(stated) >= (major, minor)


def starts_at(context: Context, major: int, minor: int) -> bool:
    """Whether the repository is for no version before this one; yes, where it does not say."""
    stated = supported(context)
    return not stated or min(stated) >= (major, minor)

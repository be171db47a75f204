"""The slug is the user's choice."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..imports import absolute, made_relative
from ..rule import WARNING, Found, Rule


class SlugInImport(Rule):
    """The slug is chosen by whoever adds the repository to Nautobot.

    Under another one, or in a second Nautobot that tries a branch, this import fails, and with it the sync of the whole repository.
    A relative import knows no slug.
    """

    id = "JOB111"
    name = "slug-in-import"
    severity = WARNING
    title = "A module of the repository is imported by the slug that the repository has in one Nautobot"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n\nfrom our_jobs.jobs.limits import LIMIT\n\n__all__ = ["LIMIT"]\n',
        "jobs/limits.py": '"""Limits."""\n\nLIMIT = 3\n',
    }
    good = bad | {"jobs/__init__.py": '"""Jobs."""\n\nfrom .limits import LIMIT\n\n__all__ = ["LIMIT"]\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find absolute imports whose name, without its first part, is a module below `jobs`."""
        own_name = context.repository.own_name
        for code in context.code:
            module = code.module
            for node, name in absolute(code):
                own = own_name(name)
                if own != name and not code.is_tried(node):
                    message = (
                        f"{name.split('.')[0]} is the repository's slug in one Nautobot only: import {own} relatively."
                    )
                    yield context.found(module, node, message, made_relative(context, module, node, own))

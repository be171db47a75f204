"""``self.request.user`` to ``self.user``; the rest of the web request is gone."""

from __future__ import annotations

import libcst as cst

from ..transformation import CERTAIN, Transformation
from ..tree import dotted
from ..understood import Understood

# What Celery's request has, as Jobs of today may use it.
_CELERY = frozenset(
    [
        "id",
        "retries",
        "task",
        "args",
        "kwargs",
        "delivery_info",
        "hostname",
        "root_id",
        "parent_id",
        "properties",
        "eta",
    ]
)


class RequestUser(Transformation):
    """`request` is Celery's since 2.0."""

    id = "request-user"
    title = "self.request.user becomes self.user"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#request-property"

    def concerns(self, text: str) -> bool:
        """Whether there is any."""
        return ".request" in text

    def run(self, file: Understood) -> cst.Module:
        """Rewrite the uses of a Job's request."""
        for node in file.walk():
            if not isinstance(node, cst.Attribute) or node.attr.value != "request":
                continue
            trust = file.is_job(node.value)
            if not trust:
                continue
            above = file.parent(node)
            if isinstance(above, cst.Attribute) and above.value is node:
                if above.attr.value == "user":
                    file.replace(above, cst.Attribute(node.value, cst.Name("user")))
                    file.changed(node, f"{dotted(above)} becomes {dotted(node.value)}.user", trust)
                elif above.attr.value not in _CELERY:
                    file.todo(
                        node, f"request is Celery's and has no {above.attr.value}; no web request is known to a Job"
                    )
            elif trust == CERTAIN or self._is_web(above):
                file.todo(
                    node, "request is Celery's, not the web request that it was; pass what is needed of it (self.user)"
                )
        return file.edited()

    def _is_web(self, above: cst.CSTNode | None) -> bool:
        return isinstance(above, cst.Arg)

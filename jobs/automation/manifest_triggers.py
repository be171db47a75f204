"""Job buttons and job hooks, as manifests declare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..toolkit.access import RefusalError
from ..toolkit.documents import Node
from ..toolkit.plan import Plan
from .manifest_document import child, plain
from .manifest_jobs import Catalogue

ACTIONS = ("create", "update", "delete")
BUTTON_DEFAULTS = {"weight": 100, "group_name": "", "button_class": "default", "confirmation": True, "enabled": True}


def button_values(node: Node, catalogue: Catalogue) -> dict[str, Any]:
    """Fields of a job button.

    Raises:
        RefusalError: its Job is not there, or is none for buttons.
    """
    path = child(node, "job")
    job = catalogue.get(path)
    if not job.is_job_button_receiver:
        raise RefusalError(path.bad(f"{job.class_path} is no Job that buttons can start (JobButtonReceiver)."))
    return {
        "job": job,
        "text": plain(node, "text"),
        **{name: plain(node, name, default) for name, default in BUTTON_DEFAULTS.items()},
    }


def hook_values(node: Node, catalogue: Catalogue) -> dict[str, Any]:
    """Fields of a job hook.

    Raises:
        RefusalError: its Job is not there, or is none for hooks.
    """
    path = child(node, "job")
    job = catalogue.get(path)
    if not job.is_job_hook_receiver:
        raise RefusalError(path.bad(f"{job.class_path} is no Job that hooks can start (JobHookReceiver)."))
    actions = plain(node, "actions")
    return {
        "job": job,
        "enabled": plain(node, "enabled", True),
        **{f"type_{action}": action in actions for action in ACTIONS},
    }


def conflicts(plan: Plan, hooks: Mapping[str, Any], declared: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Declared hooks that would start the same Job by the same event as another one, which Nautobot's form refuses.

    Args:
        plan: the plan with all hooks in it.
        hooks: all job hooks by name, those that are planned included.
        declared: those of the manifest.
    """
    taken: dict[tuple[Any, ...], str] = {}
    for name, hook in sorted(hooks.items(), key=lambda each: (each[0] in declared, each[0])):
        types = plan.value(hook, "content_types").raw
        events = [action for action in ACTIONS if plan.value(hook, f"type_{action}").raw]
        for key in ((plan.value(hook, "job").raw, kind, event) for kind in types for event in events):
            other = taken.setdefault(key, name)
            if other != name and name in declared:
                yield name, f"the job hook {other} starts the same Job on {key[2]} of the same object type."
                break

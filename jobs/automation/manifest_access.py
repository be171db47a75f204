"""Object permissions and the stages of approval workflows, as manifests declare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldError, ValidationError
from nautobot.core.utils.permissions import qs_filter_from_constraints

from ..toolkit.access import RefusalError, require, visible
from ..toolkit.documents import Node
from ..toolkit.plan import Plan
from .manifest_document import child, plain


def permission_values(
    user: Any, node: Node, known: Any, types: Sequence[Any], groups: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Fields of an object permission, and its lists.

    Raises:
        AccessError: the user may not view users at all.
        RefusalError: the constraints do not fit the object types, or a group or user is not known.
    """
    actions = plain(node, "actions")
    if known is not None and set(known.actions) == set(actions):
        actions = known.actions  # the order means nothing
    constraints = plain(node, "constraints") or None
    check_constraints(child(node, "constraints"), constraints, types)
    values = {
        "description": plain(node, "description", ""),
        "enabled": plain(node, "enabled", True),
        "actions": actions,
        "constraints": constraints,
    }
    many = {
        "groups": [group_of(each, groups) for each in child(node, "groups").value] if "groups" in node.value else []
    }
    if "users" in node.value:
        names = plain(node, "users")
        require(user, get_user_model(), "view")
        found = {each.username: each for each in visible(user, get_user_model()).filter(username__in=names)}
        for each in child(node, "users").value:
            if each.value not in found:
                raise RefusalError(each.bad(f"there is no user {each.value} that you may view."))
        many["users"] = list(found.values())
    return values, many


def check_constraints(node: Node, constraints: Any, types: Sequence[Any]) -> None:
    """Ask each model whether it can be filtered so, as Nautobot's own form does.

    Raises:
        RefusalError: it cannot.
    """
    for each in types if constraints else ():
        model = each.model_class()
        wanted = constraints if isinstance(constraints, list) else [constraints]
        try:
            model._default_manager.filter(qs_filter_from_constraints(wanted, {"$user": None}))
        except (FieldError, ValidationError, ValueError, TypeError) as error:
            text = "; ".join(getattr(error, "messages", [str(error)]))
            raise RefusalError(node.bad(f"{each.app_label}.{each.model} cannot be filtered so: {text}")) from None


def group_of(node: Node, groups: Mapping[str, Any]) -> Any:
    """The group that a name stands for.

    Raises:
        RefusalError: there is none.
    """
    if node.value not in groups:
        raise RefusalError(node.bad(f"there is no group {node.value} that you may view. Declare it in groups."))
    return groups[node.value]


def plan_stages(
    plan: Plan, definition: Any, node: Node, model: Any, there: Sequence[Any], groups: Mapping[str, Any], reason: str
) -> None:
    """Plan the stages of an approval workflow definition: those that are declared, in that order, and no others."""
    given = {plain(each, "name"): each for each in node.value}
    if len(given) < len(node.value):
        raise RefusalError(node.bad("two stages have the same name."))
    by_name = {stage.name: stage for stage in there}
    for name, stage in by_name.items():
        if name not in given:
            plan.delete(stage, reason=f"{reason}: no such stage")
    kept = {name: stage for name, stage in by_name.items() if name in given}
    places: dict[str, int] = {}
    last = 0
    for name in given:  # only the order is told: places that are in order stay
        last = kept[name].sequence if name in kept and kept[name].sequence > last else last + 1
        places[name] = last
    taken = {stage.sequence: name for name, stage in kept.items()}
    if any(taken.get(place, name) != name for name, place in places.items()):
        # No two may have the same place, not even for a moment.
        for name, stage in kept.items():
            plan.update(stage, reason=f"{reason}: makes room", sequence=max(*taken, last) + places[name])
    for name, each in given.items():
        values = {
            "sequence": places[name],
            "min_approvers": plain(each, "approvers", 1),
            "denial_message": plain(each, "denial_message", ""),
            "approver_group": group_of(child(each, "group"), groups),
        }
        if name in kept:
            plan.update(kept[name], reason=reason, **values)
        else:
            plan.create(model(name=name, approval_workflow_definition=definition, **values), reason=reason)

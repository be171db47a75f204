"""EXTRAS-JOBHOOK-003: job hook skipped for lack of permission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Q, QuerySet
from nautobot.extras.choices import ObjectChangeActionChoices, ObjectChangeEventContextChoices
from nautobot.extras.models import Job, ObjectChange

from ....toolkit.access import visible
from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.grants import Grants
from ._runs import ago, moment

_HOOK = "changed_object_type__job_hooks"
_MOST_NAMES = 10


class SkippedJobHook(Check):
    """Job hooks that do not run for changes of users who may not run their Job."""

    id = "EXTRAS-JOBHOOK-003"
    title = "Job hook skipped for lack of permission"
    severity = Severity.HIGH
    model = "extras.jobhook"
    description = (
        "The job hook and its Job are enabled, and in the last `days` days users have made changes for which Nautobot "
        "would not run it now: they lack the permission to run the Job. Nautobot writes a line to the log of the web "
        "server or worker, and tells nobody. Told by the change log and by today's permissions."
    )
    remedy = "Permit everybody who may change these objects to run the Job of the job hook (extras | job, action run)."
    tags = ("automation", "access", "job")
    parameters = {"days": Parameter(30, "Changes older than this do not count.")}
    since = "0.2.0"
    bad = '"Check new cables" is skipped for anna and ben, who made 40 cables this week.'
    good = '"Check new cables" is skipped for nobody: all who change cables may run its Job.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """The change log by job hook and user, against who may run which Job."""
        active = objects.filter(enabled=True, job__enabled=True, job__installed=True)
        rows = {row["pk"]: row for row in self.rows(active, "job")}
        actions = ObjectChangeActionChoices
        fits = (
            Q(action=actions.ACTION_CREATE, **{f"{_HOOK}__type_create": True})
            | Q(action=actions.ACTION_UPDATE, **{f"{_HOOK}__type_update": True})
            | Q(action=actions.ACTION_DELETE, **{f"{_HOOK}__type_delete": True})
        )
        changes = (
            ObjectChange.objects.filter(fits, time__gte=ago(days=self.values["days"]), **{f"{_HOOK}__in": active})
            .exclude(change_context=ObjectChangeEventContextChoices.CONTEXT_JOB_HOOK)
            .order_by()
            .values(_HOOK, "user")
            .annotate(number=Count("pk"), last=Max("time"))
        )
        grants = Grants(Job.objects.filter(pk__in=active.order_by().values("job")), "run")
        skipped: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for change in changes.iterator():
            if change["user"] is not None and not grants.allowed(change["user"], rows[change[_HOOK]]["job"]):
                skipped[change[_HOOK]].append(change)
        names = _names(context.user, {change["user"] for found in skipped.values() for change in found})
        for pk, row in rows.items():
            if found := skipped.get(pk):
                users = sorted(names[change["user"]] for change in found if change["user"] in names)
                details = {
                    "changes": str(sum(change["number"] for change in found)),
                    "last": moment(max(change["last"] for change in found)),
                    "users": ", ".join(users[:_MOST_NAMES]) + (" …" if len(users) > _MOST_NAMES else ""),
                }
                message = f"The job hook is skipped for changes of {len(found)} users, who may not run its Job."
                yield self.finding(row, context, message, details=details)


def _names(user: Any, keys: set[Any]) -> dict[Any, str]:
    """Names of the users that the user may view."""
    if not keys:
        return {}
    return dict(visible(user, get_user_model()).filter(pk__in=keys).values_list("pk", "username"))

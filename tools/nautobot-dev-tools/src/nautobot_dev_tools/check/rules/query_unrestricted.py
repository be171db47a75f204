"""Jobs look at what their user may see."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...source.contracts import HOOK
from ..code import Code
from ..context import Context
from ..queries import CONSUMERS, LAZY, NETWORK, READS, query_of
from ..rule import WARNING, Found, Rule

_CHECKS = frozenset(["has_perm", "has_perms", "has_module_perms", "is_superuser", "is_staff"])


class QueryUnrestricted(Rule):
    """A Job runs with all rights on the database, whatever its user may do: who may run it sees, and changes, all that it looks at.

    `.restrict(self.user, "view")` (or `"change"`, `"delete"`) keeps to the objects that Nautobot's permissions
    allow the user, as the UI and the REST API do. The rule looks at the methods of Jobs and of job buttons, at the
    models of the network; Jobs that ask `self.user.has_perm(...)` or `is_superuser` decide for themselves, and job
    hooks act on behalf of nobody.
    """

    id = "JOB404"
    name = "query-unrestricted"
    severity = WARNING
    title = "A Job looks at objects whether or not its user may see them"
    bad = '''"""Devices."""

from nautobot.apps.jobs import Job
from nautobot.dcim.models import Device

name = "Examples"


class CountDevices(Job):
    """Counts devices."""

    class Meta:
        name = "Count devices"
        description = "Counts devices."
        has_sensitive_variables = False

    def run(self):
        """Count them."""
        return Device.objects.filter(status__name="Active").count()
'''
    good = '''"""Devices."""

from nautobot.apps.jobs import Job
from nautobot.dcim.models import Device

name = "Examples"


class CountDevices(Job):
    """Counts devices."""

    class Meta:
        name = "Count devices"
        description = "Counts devices."
        has_sensitive_variables = False

    def run(self):
        """Count those that the user may see."""
        return Device.objects.restrict(self.user, "view").filter(status__name="Active").count()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find queries in the methods of Jobs that ask for no permission at all."""
        for code in context.code:
            deciding = {code.class_of(each) for each in code.of(ast.Attribute) if each.attr in _CHECKS}
            for manager in code.managers:
                function = code.function(manager)
                owner = code.class_of(manager)
                job = code.jobs.get(owner) if owner else None
                if owner is None or function is None or job is None or job.kind == HOOK:
                    continue
                chain = code.chain(manager)
                query = query_of(code, chain)
                if not query or not query.steps or not NETWORK.match(query.model) or query.has("restrict", "none"):
                    continue
                if (query.steps[0][0] not in LAZY and query.steps[0][0] not in READS) or _is_fixed(query.steps[0][1]):
                    continue
                if owner not in deciding and not (query.is_queryset and _is_handed_on(code, chain, function)):
                    model = query.model.rpartition(".")[2]
                    message = f'This asks among all of {model}, whether or not the user may see them: {model}.objects.restrict(self.user, "view").'
                    yield context.found(code.module, manager, message)


def _is_fixed(call: ast.Call | None) -> bool:
    """Whether it gets the one object that the source names: a default such as the namespace Global."""
    return (
        call is not None
        and getattr(call.func, "attr", "") == "get"
        and all(isinstance(each, ast.Constant) for each in (*call.args, *(one.value for one in call.keywords)))
    )


def _is_handed_on(code: Code, chain: ast.AST, function: ast.AST) -> bool:
    """Whether somebody else may restrict it, or it only narrows another query."""
    above = code.parent(chain)
    if isinstance(above, (ast.Return, ast.keyword, ast.Dict, ast.Lambda, ast.List, ast.Tuple, ast.Starred)):
        return True
    if isinstance(above, ast.Call):
        return code.name(above.func) not in CONSUMERS and getattr(above.func, "id", "") not in (
            "enumerate",
            "iter",
            "next",
        )
    if isinstance(above, (ast.Assign, ast.AnnAssign)):
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        names = {each.id for each in targets if isinstance(each, ast.Name)}
        if not names:
            return True  # an attribute or element: who knows what becomes of it
        for each in ast.walk(function):
            if isinstance(each, ast.Name) and each.id in names and isinstance(each.ctx, ast.Load):
                user = code.parent(each)
                if isinstance(user, ast.Attribute) and user.attr == "restrict":
                    return True
                if isinstance(user, (ast.Return, ast.keyword)):
                    return True
                if isinstance(user, ast.Call) and code.name(user.func) not in (*CONSUMERS, "enumerate", "iter"):
                    return True
    return False

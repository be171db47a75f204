"""Secrets are not typed into forms."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule
from ..secrets import names_a_secret


class SecretVariable(Rule):
    """What is typed into a form of a Job travels through the message queue, and often stays.

    Unless the Job is marked as having sensitive variables it is kept with the Job's result, with every schedule and
    approval, for everyone who may look at these.

    Nautobot has secrets for that: take an `ObjectVar(model=SecretsGroup)`, and ask the group for the value when the
    Job runs (`secrets_group.get_secret_value(...)`). Who runs the Job need not even know it.
    """

    id = "JOB601"
    name = "secret-variable"
    severity = WARNING
    title = "A secret is a text variable of a form"
    bad = '''"""Devices."""

from nautobot.apps.jobs import Job, StringVar

name = "Examples"


class Login(Job):
    """Logs in."""

    enable_password = StringVar(description="What the devices want to hear.")

    class Meta:
        name = "Log in"
        description = "Logs in."
        has_sensitive_variables = True

    def run(self, *, enable_password):
        """Log in."""
'''
    good = '''"""Devices."""

from nautobot.apps.jobs import Job, ObjectVar
from nautobot.extras.models import SecretsGroup

name = "Examples"


class Login(Job):
    """Logs in."""

    secrets_group = ObjectVar(model=SecretsGroup, description="Where the devices' password is kept.")

    class Meta:
        name = "Log in"
        description = "Logs in."
        has_sensitive_variables = False

    def run(self, *, secrets_group):
        """Log in."""
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find text variables that are called like secrets."""
        seen: set[ast.AST] = set()
        for job in context.jobs:
            for variable in job.variables.values():
                if (
                    variable.kind in ("StringVar", "TextVar")
                    and names_a_secret(variable.name)
                    and variable.node not in seen
                ):
                    seen.add(variable.node)
                    message = f"Whoever runs the Job types {variable.name} into a form: take an ObjectVar of a SecretsGroup instead."
                    yield context.found(variable.module, variable.node, message)

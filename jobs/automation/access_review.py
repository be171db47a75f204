"""Who may do what, with which tokens and secrets, and who could run which Job?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from nautobot.apps.jobs import BooleanVar, Job
from nautobot.extras.models import Job as JobModel
from nautobot.extras.models import Secret, SecretsGroup
from nautobot.users.models import ObjectPermission, Token

from ..toolkit import access_rows as rows
from ..toolkit.access import RefusalError, require, visible
from ..toolkit.attachments import attach
from ..toolkit.grants import Grants
from ..toolkit.tables import Page, Table, Tile, write_csv

name = "Automation"

_MOST_USERS_ON_PAGE = 40


class AccessAndSecretsReview(Job):
    """Lists users, groups, API tokens, permissions and secrets, and who could run which Job.

    For the review that somebody signs once a quarter; what is wrong by rule is told by the *Access audit*. Keys of tokens
    are never read. Values of secrets are read only with *Probe secrets*, which tells whether each can be read and nothing
    of it, nor of the provider's own message. What depends on an object, as a path with a template in it, is not probed.

    Who could run a Job is what Nautobot would decide now: by permissions for the user and for the user's groups, with their
    constraints. Groups that a directory gives at login are those of the last login.

    **Changes:** nothing.
    **Produces:** `review.html`, for people; `users.csv`, `tokens.csv`, `permissions.csv`, `secrets.csv`; and
    `who-may-run.csv`, a row for each Job and a column for each user, with the permissions by which the user may. The result
    counts `users`, `superusers`, `tokens`, `permissions`, `secrets`, `unreadable` secrets (None without a probe) and `jobs`.
    **Needs:** the permissions `users.view_user`, `users.view_token`, `users.view_objectpermission`, `auth.view_group`,
    `extras.view_secretsgroup`, `extras.view_secret` and `extras.view_job`; what you may not view is left out.
    """

    probe_secrets = BooleanVar(
        label="Probe secrets",
        default=False,
        description="Read each secret's value where it is kept, and tell whether that worked. Values are never shown.",
    )
    inactive_users = BooleanVar(
        label="Inactive users",
        default=False,
        description="List inactive users as well, and their tokens.",
    )

    class Meta:
        name = "Access and secrets review"
        description = "Users, tokens, permissions, secrets, and who could run which Job, as files for a review."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, *, probe_secrets=False, inactive_users=False):
        """Return counts; see the docstring of the class."""
        try:
            for model in (get_user_model(), Token, ObjectPermission, Group, SecretsGroup, Secret, JobModel):
                require(self.user, model, "view")
        except RefusalError as refusal:
            self.fail("%s", refusal)
            return {"refused": str(refusal)}
        users = visible(self.user, get_user_model())
        if not inactive_users:
            users = users.filter(is_active=True)
        page = Page(self, "Nautobot review")
        with TemporaryDirectory() as directory:
            folder = Path(directory)
            files = []

            def write(title: str, file: str, columns: tuple[str, ...], content: Iterator[Any], note: str = "") -> Table:
                table = page.table(title, *columns, file=file, note=note)
                write_csv(folder / file, columns, table.taking(content))
                files.append(file)
                return table

            listed = write("Users", "users.csv", rows.USER, rows.users(self.user, users))
            tokens = write("API tokens", "tokens.csv", rows.TOKEN, rows.tokens(self.user, users))
            permissions = write("Permissions", "permissions.csv", rows.PERMISSION, rows.permissions(self.user))
            probed = rows.Probe() if probe_secrets else None
            secrets = write("Secrets", "secrets.csv", rows.SECRET, rows.secrets(self.user, probed))
            jobs = self._matrix(page, folder / "who-may-run.csv", users)
            superusers = users.filter(is_superuser=True, is_active=True).count()
            page.tiles = [
                Tile(listed.total, "users"),
                Tile(superusers, "superusers", "high" if superusers > 1 else ""),
                Tile(tokens.total, "API tokens"),
                Tile(permissions.total, "permissions"),
                Tile(secrets.total, "secrets"),
                Tile(jobs, "Jobs"),
            ]
            if probed is not None:
                page.tiles.append(Tile(probed.failed, "secrets that cannot be read", "high" if probed.failed else ""))
            page.write_html(folder / "review.html")
            for file in ("review.html", *files, "who-may-run.csv"):
                attach(self, folder / file, file)
        counts = {
            "users": listed.total,
            "superusers": superusers,
            "tokens": tokens.total,
            "permissions": permissions.total,
            "secrets": secrets.total,
            "unreadable": None if probed is None else probed.failed,
            "jobs": jobs,
        }
        self.logger.success(
            "%d users, %d of them superusers; %d API tokens; %d permissions; %d secrets; %d Jobs.",
            *(counts[noun] for noun in ("users", "superusers", "tokens", "permissions", "secrets", "jobs")),
            extra={"grouping": "summary"},
        )
        return counts

    def _matrix(self, page: Page, path: Path, users: Any) -> int:
        """Write who may run which Job; returns how many Jobs there are."""
        jobs = visible(self.user, JobModel).order_by("grouping", "name")
        grants = Grants(jobs, "run")
        for permission in grants.broken:
            if visible(self.user, ObjectPermission).filter(name=permission).exists():
                self.logger.warning(
                    "The constraints of the permission %s cannot be asked: whoever has it gets an error.", permission
                )
        names = dict(users.order_by("username").values_list("pk", "username"))
        matrix = rows.Matrix(grants, names, self.user)
        who = page.table("Who may run which Job", "Job", "State", "Superusers", "Others", "Names", file=path.name)
        seen: set[Any] = set()
        shown: list[tuple[Any, set[Any]]] = []

        def content() -> Iterator[list[Any]]:
            for job in jobs.iterator(chunk_size=1000):
                reasons = matrix.of(job.pk)
                seen.update(reasons)
                shown.append((job, set(reasons)))
                who.add(*rows.who(job, reasons, matrix.superusers, names))
                yield [job.class_path, job.name, rows.state(job), *matrix.cells(reasons)]

        count = write_csv(path, ("class path", "job", "state", *names.values()), content())
        columns = [pk for pk in names if pk in seen]
        if columns:
            note = "● may run it. Superusers may run all, and are left out."
            if len(columns) > _MOST_USERS_ON_PAGE:
                note += f" The first {_MOST_USERS_ON_PAGE} of {len(columns)} users; {path.name} has all."
                columns = columns[:_MOST_USERS_ON_PAGE]
            grid = page.table("Matrix", "Job", "State", *(names[pk] for pk in columns), note=note, matrix=True)
            for job, who_may in shown:
                grid.add(rows.link(job), rows.state(job), *("●" if pk in who_may else "" for pk in columns))
        return count

"""Who changed what in the last hours, from Nautobot's change log."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from nautobot.apps.jobs import IntegerVar, Job, MultiObjectVar, StringVar
from nautobot.dcim.models import Location
from nautobot.extras.models import ObjectChange

from ..toolkit.access import RefusalError, require
from ..toolkit.attachments import attach
from ..toolkit.delivery import DeliveryError, deliver, mail, recipients
from .change_digest_files import About, as_markdown, in_words, write_html
from .change_digest_read import read

name = "Automation"

_MOST_HOURS = 8784
_MOST_MAILED = 8 << 20
_GROUPING = {"grouping": "digest"}


class ChangeDigest(Job):
    """Tells who changed what in the last hours: by user, by model, by location, and request by request.

    It reads Nautobot's change log. What a user or a Job did at once is one request; the last 300 are listed, each with
    its first twelve objects, and all are counted. A component is counted at the location of its device.

    A run by hand ends now; one by a schedule at the last full hour, so that daily digests of 24 hours neither overlap
    nor leave a gap. To send it to chats, let *Notify* tell of this Job.

    You are told of objects that you may view. One that was deleted is told to those who may view all objects of its
    model; names of locations to those who may view them.

    **Changes:** nothing.
    **Produces:** `digest.html`, for people, and `digest.md`; if *Mail to* has addresses, a mail with both. The result
    counts `entries`, `users`, `models` and `locations`. The Job fails if the mail could not be sent.
    **Needs:** the permission `extras.view_objectchange`, and that of viewing what was changed, without which it is left
    out.
    """

    hours = IntegerVar(
        default=24,
        min_value=1,
        max_value=_MOST_HOURS,
        required=False,
        description=f"How many hours the digest is about, at most {_MOST_HOURS}.",
    )
    user_names = StringVar(
        label="Users", required=False, description="Names of users whose changes are told, separated by commas."
    )
    models = MultiObjectVar(model=ContentType, required=False, description="Tell of objects of these models only.")
    locations = MultiObjectVar(
        model=Location,
        required=False,
        description="Tell only of what is in these locations and in all locations below them.",
    )
    mail_to = StringVar(label="Mail to", required=False, description="Addresses, separated by commas.")

    class Meta:
        name = "Change digest"
        description = "Who changed what in the last hours, by user, model and location."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, *, hours=None, user_names="", models=None, locations=None, mail_to=""):
        """Return how many entries there are, and of how many users, models and locations."""
        try:
            require(self.user, ObjectChange, "view")
            addresses = recipients("Mail to", mail_to)
            since, until = self._window(hours)
            names = sorted(filter(None, (each.strip() for each in (user_names or "").split(","))))
            digest = read(
                self.user,
                since,
                until,
                user_names=names,
                models=list(models or ()),
                locations=list(locations or ()),
            )
        except RefusalError as refusal:
            self.fail("%s", refusal, extra=_GROUPING)
            return {"entries": 0, "refused": str(refusal)}
        chosen = [*names, *sorted(map(str, models or ())), *sorted(map(str, locations or ()))]
        about = About.of(self, ", ".join(chosen))
        with TemporaryDirectory() as folder:
            pages = [Path(folder, "digest.html"), Path(folder, "digest.md")]
            write_html(pages[0], digest, about)
            pages[1].write_text(as_markdown(digest, about), encoding="utf-8")
            for page in pages:
                attach(self, page, page.name)
            self.logger.info("%s", in_words(digest), extra=_GROUPING)
            if addresses:
                self._mail(addresses, f"Nautobot: {in_words(digest)}", pages)
        return {
            "entries": digest.actions.total(),
            "users": len(digest.users),
            "models": len(digest.models),
            "locations": len([name for name in digest.locations if name]),
        }

    def _window(self, hours: int | None) -> tuple[datetime, datetime]:
        hours = 24 if hours is None else hours
        if not 1 <= hours <= _MOST_HOURS:
            raise RefusalError(f"Hours: {hours} is not from 1 to {_MOST_HOURS}.")
        until = timezone.now()
        if self.job_result.scheduled_job_id:
            until = until.replace(minute=0, second=0, microsecond=0)
        return until - timedelta(hours=hours), until

    def _mail(self, addresses: list[str], subject: str, pages: list[Path]) -> None:
        kinds = {".html": "text/html", ".md": "text/markdown"}
        files = [
            (page.name, page.read_bytes(), kinds[page.suffix]) for page in pages if page.stat().st_size <= _MOST_MAILED
        ]
        try:
            deliver(mail(addresses, subject, pages[1].read_text(encoding="utf-8"), files))
        except DeliveryError as error:
            self.fail("Mail: %s", error, extra=_GROUPING)
            return
        self.logger.success("Mailed to %d recipients.", len(addresses), extra=_GROUPING)

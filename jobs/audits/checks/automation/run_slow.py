"""EXTRAS-RUN-003: run slower than usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, QuerySet, RowRange, Sum, Window
from django.db.models.functions import RowNumber

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import Seconds
from ._runs import SUCCESS, ago, moment


class SlowRun(Check):
    """The last run of a Job, where it took far longer than those before."""

    id = "EXTRAS-RUN-003"
    title = "Run slower than usual"
    severity = Severity.LOW
    model = "extras.jobresult"
    description = (
        "The last successful run of the Job took longer than the parameter `factor` times what the runs before it took "
        "on average, and longer than `seconds`. Compared are up to `history` runs of the last `days` days, at least "
        "`least`, and those of each schedule among themselves; runs by hand are one kind, whatever their inputs were."
    )
    remedy = "Compare the two results: more data, a slower device, a busier worker or database, or new code."
    tags = ("automation", "run")
    parameters = {
        "factor": Parameter(3, "So many times as long as usual."),
        "seconds": Parameter(60, "Runs shorter than this are left alone."),
        "history": Parameter(20, "So many runs before it count."),
        "least": Parameter(5, "Runs before it that there have to be."),
        "days": Parameter(90, "Older runs do not count."),
    }
    since = "0.2.0"
    bad = '"Audit, daily" took 50 minutes last night, and 10 minutes the nights before.'
    good = '"Audit, daily" took 12 minutes; "Hello" took 4 seconds instead of 1.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """By window functions: each run beside the average of those before it."""
        done = objects.filter(
            status=SUCCESS,
            job_model__isnull=False,
            date_started__isnull=False,
            date_done__gte=ago(days=self.values["days"]),
        )
        alike = [F("job_model"), F("scheduled_job")]
        # A frame that ends before the current row is beyond Django 4.2, so the run itself is in it.
        so_far = {
            "partition_by": alike,
            "order_by": F("date_done").asc(),
            "frame": RowRange(start=-int(self.values["history"]), end=0),
        }
        runs = done.annotate(took=Seconds("date_started", "date_done")).annotate(
            together=Window(Sum("took"), **so_far),
            number=Window(Count("pk"), **so_far),
            latest=Window(RowNumber(), partition_by=alike, order_by=F("date_done").desc()),
        )
        runs = runs.filter(latest=1, number__gt=max(self.values["least"], 1))
        # What is filtered by has to be fetched: Django mixes up the columns otherwise.
        for row in self.rows(runs, "took", "together", "number", "latest", "date_done"):
            compared = row["number"] - 1
            usual = (row["together"] - row["took"]) / compared
            if row["took"] > max(usual * self.values["factor"], self.values["seconds"]):
                details = {
                    "ended": moment(row["date_done"]),
                    "took": _in_words(row["took"]),
                    "usual": f"{_in_words(usual)}, of {compared} runs",
                }
                yield self.finding(row, context, "The run took far longer than those before.", details=details)


def _in_words(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))

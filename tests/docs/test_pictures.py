"""The page of each Job that makes a report shows it."""

from documents import ROOT
from nautobot_dev_tools import exercises
from nautobot_dev_tools.project import Project

PAGES = ROOT / "docs" / "jobs"


def test_each_job_with_a_report_has_a_picture():
    reporting = {
        exercise.job.rsplit(".", 1)[0].removeprefix("jobs.").replace(".", "-").replace("_", "-")
        for exercise in exercises.load(Project.find())
        if any(name.endswith(".html") for name in exercise.expect.get("files", ()))
    }
    assert len(reporting) > 50
    shown = {name for name in reporting if f"../assets/report-{name}.png" in (PAGES / f"{name}.md").read_text()}
    missing = sorted(reporting - shown)
    assert missing == [], "take them with `uv run --group browser python docs/pictures.py --reports`"
    assert all((ROOT / "docs" / "assets" / f"report-{name}.png").exists() for name in reporting)

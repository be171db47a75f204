"""review.yml: the script that keeps one comment up to date, run against a stand-in for GitHub's command line tool."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from nautobot_dev_tools.diff.report import MARKER, NOTHING, Report, as_markdown

ROOT = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/review.yml").read_text())
STEP = next(step for step in WORKFLOW["jobs"]["comment"]["steps"] if "run" in step)
GH = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in *--paginate*) printf '%b' "$COMMENTS" ;; esac
"""


@pytest.fixture
def calls(tmp_path):
    """A function that runs the script on a report, with the ids of the comments that are there; returns what was asked of GitHub."""

    def run(text: str, comments: str = "") -> list[str]:
        (tmp_path / "review.md").write_text(text)
        gh = tmp_path / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(GH)
        gh.chmod(gh.stat().st_mode | stat.S_IEXEC)
        environment = {
            "PATH": f"{gh.parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "team/jobs",
            "NUMBER": "7",
            "OWN": STEP["env"]["OWN"],
            "CALLS": str(tmp_path / "calls"),
            "COMMENTS": comments,
        }
        # As GitHub runs it.
        subprocess.run(["bash", "-e", "-o", "pipefail", "-c", STEP["run"]], cwd=tmp_path, env=environment, check=True)
        return [call.split(" --jq ")[0] for call in (tmp_path / "calls").read_text().splitlines()]

    return run


def report(changed: bool) -> str:
    text = as_markdown(Report("main", "HEAD", []))
    return text.replace(NOTHING, "Changes of Jobs: 1 breaking") if changed else text


LISTED = "api --paginate repos/team/jobs/issues/7/comments"


def test_the_first_comment(calls):
    made = "api --method POST repos/team/jobs/issues/7/comments --field body=@review.md --silent"
    assert calls(report(changed=True)) == [LISTED, made]


@pytest.mark.parametrize("changed", [True, False])
def test_the_comment_that_is_there_is_updated(calls, changed):
    updated = "api --method PATCH repos/team/jobs/issues/comments/41 --field body=@review.md --silent"
    assert calls(report(changed), "41\\n42\\n") == [LISTED, updated]


def test_nothing_is_said_of_nothing(calls):
    assert calls(report(changed=False)) == [LISTED]


def test_the_comment_is_found_by_the_first_line_of_the_report():
    assert f'startswith("{MARKER}")' in STEP["env"]["OWN"]
    assert report(changed=True).startswith(f"{MARKER}\n")


def test_only_the_comment_may_be_written_and_not_for_forks():
    jobs = WORKFLOW["jobs"]
    assert jobs["review"]["permissions"] == {"contents": "read"}
    assert jobs["comment"]["permissions"] == {"pull-requests": "write"}
    assert "head.repo.full_name == github.repository" in jobs["comment"]["if"]
    assert list(WORKFLOW[True]) == ["pull_request"]  # `on`, as YAML 1.1 reads it
    assert "secrets" not in (ROOT / ".github/workflows/review.yml").read_text()

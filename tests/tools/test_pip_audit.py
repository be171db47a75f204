"""What is made of pip-audit's answer: above all, that no answer is no good news."""

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TODAY = datetime.date(2027, 1, 1)
SOUND = {"name": "django", "version": "5.2.1", "vulns": []}
BAD = {
    "name": "requests",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-2027-1", "GHSA-1"], "fix_versions": ["2.1"], "description": "…"}],
}
UNKNOWN = {"name": "celery", "skip_reason": "Dependency not found on PyPI and could not be audited: celery (5.6)"}


@pytest.fixture(scope="module")
def judge(script):
    def judged(*dependencies, accepted=()):
        return script("audit").judge(list(dependencies), list(accepted), TODAY)

    return judged


def accept(identifier: str, until: datetime.date) -> dict:
    return {"id": identifier, "reason": "is not reached from here", "until": until}


def test_no_vulnerabilities(judge):
    assert judge(SOUND) == []


def test_a_vulnerability_names_package_and_remedy(judge):
    assert judge(SOUND, BAD) == ["requests 2.0: PYSEC-1, fixed in 2.1"]


def test_what_the_service_does_not_know_is_not_audited(judge):
    (problem,) = judge(SOUND, UNKNOWN)

    assert problem.startswith("Not audited")
    assert "1 of 2 packages (celery)" in problem


@pytest.mark.parametrize("identifier", ["PYSEC-1", "CVE-2027-1", "GHSA-1"])
def test_one_is_accepted_by_any_of_its_names_for_a_time(judge, identifier):
    assert judge(BAD, accepted=[accept(identifier, TODAY + datetime.timedelta(days=1))]) == []
    assert judge(BAD, accepted=[accept(identifier, TODAY)]) == judge(BAD)
    assert judge(BAD, accepted=[accept("PYSEC-2", TODAY + datetime.timedelta(days=1))]) == judge(BAD)


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (json.dumps({"dependencies": [SOUND], "fixes": []}), 0, "No known vulnerabilities"),
        (json.dumps({"dependencies": [BAD], "fixes": []}), 1, "PYSEC-1"),
        (json.dumps({"dependencies": [UNKNOWN], "fixes": []}), 1, "Not audited"),
        ("", 2, "did not answer"),
    ],
)
def test_the_exit_code(tmp_path, answer, code, says):
    """With another pip-audit in the place of the real one, which asks a service on the network."""
    program = f"import sys\nprint({answer!r}, end='')\nprint('what went wrong', file=sys.stderr)\n"
    (tmp_path / "pip_audit.py").write_text(program)

    ran = subprocess.run(
        [sys.executable, str(ROOT / "tools/audit.py")],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == code
    assert says in ran.stdout + ran.stderr

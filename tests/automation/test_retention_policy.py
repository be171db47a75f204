"""What a policy may say, and how mistakes are told."""

import pytest

from jobs.automation.retention_policy import parse
from jobs.toolkit.access import RefusalError


def refused(text):
    with pytest.raises(RefusalError) as caught:
        parse(text if isinstance(text, bytes) else text.encode())
    return str(caught.value)


def test_rules():
    policy = parse(
        b"""
job_results:
  - {jobs: ["jobs.audits.*"], statuses: [SUCCESS], keep_days: 30, keep_last: 2, undo: true}
  - {keep_days: forever}
change_log:
  - {keep_days: 365, models: [dcim.device]}
"""
    )
    first, second = policy["job_results"]
    assert (first.jobs, first.statuses, first.keep_days, first.keep_last, first.undo) == (
        ("jobs.audits.*",),
        ("SUCCESS",),
        30,
        2,
        True,
    )
    assert second.keep_days is None
    assert policy["change_log"][0].models == ("dcim.device",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a", ["mapping"]),
        ("", ["empty"]),
        ("a: [", ["line"]),
        ("results:\n  - keep_days: 1", ["line 1", "results", "job_results"]),
        ("job_results: 90", ["line 1", "list"]),
        ("job_results: []", ["list"]),
        ("job_results:\n  - 90", ["job_results[0]", "line 2", "mapping"]),
        ("job_results:\n  - jobs: [a]", ["line 2", "keep_days"]),
        ("job_results:\n  - keep_days: 0", ["keep_days"]),
        ("job_results:\n  - keep_days: true", ["keep_days"]),
        ("job_results:\n  - keep_days: ever", ["forever"]),
        ("job_results:\n  - keep_days: 1\n  - {keep_days: 1, levels: [info]}", ["job_results[1]", "line 3", "levels"]),
        ("job_results:\n  - {keep_days: 1, statuses: [PENDING]}", ["PENDING", "SUCCESS"]),
        ("job_results:\n  - {keep_days: 1, jobs: jobs.audits}", ["jobs", "list"]),
        ("job_results:\n  - {keep_days: 1, keep_last: -1}", ["keep_last"]),
        ("job_results:\n  - {keep_days: 1, undo: 1}", ["undo"]),
        ("log_entries:\n  - {keep_days: 1, levels: [loud]}", ["loud", "warning"]),
        ("orphaned_files:\n  - {keep_days: 1, names: [a]}", ["names"]),
        ("a: &x 1\nb: *x", ["aliases"]),
        ("job_results: [{keep_days: 1}]\njob_results: [{keep_days: 1}]", ["twice"]),
        (b"\xff\xfe", ["UTF-8"]),
        ("a: !!python/object:os.system x", ["line 1"]),
    ],
)
def test_mistakes(text, words):
    message = refused(text)
    assert all(word in message for word in words), message


def test_all_mistakes_at_once():
    message = refused("job_results:\n  - keep_days: 0\nlog_entries:\n  - levels: [loud]\n    keep_days: 1\nx: 1")
    assert len(message.splitlines()) == 4, message

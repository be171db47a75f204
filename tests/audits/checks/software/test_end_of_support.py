"""DCIM-SOFTWARE-004: which devices run software whose support ends."""

from datetime import timedelta

import pytest

from jobs.audits.checks.software import SoftwareEndOfSupport


@pytest.mark.parametrize(("days", "word"), [(-1, "ended"), (0, "ends"), (180, "ends"), (181, None), (None, None)])
def test_dates(ask, running, version, days, word):
    from django.utils import timezone

    date = None if days is None else timezone.localdate() + timedelta(days=days)
    running("sw", version("OS", "1.0", end_of_support_date=date))
    findings = ask(SoftwareEndOfSupport())
    assert [finding.details for finding in findings] == ([{"platform": "OS"}] if word else [])
    assert all(f"{word} on {date.isoformat()}" in finding.message for finding in findings)


def test_parameter(found, running, version):
    from django.utils import timezone

    running("sw", version("OS", "1.0", end_of_support_date=timezone.localdate() + timedelta(days=20)))
    assert found(SoftwareEndOfSupport(days=19)) == []
    assert found(SoftwareEndOfSupport(days=20)) == ["sw"]

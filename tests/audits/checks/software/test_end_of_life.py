"""DCIM-SOFTWARE-003: which devices run software at its end of life."""

from jobs.audits.checks.software import SoftwareEndOfLife


def test_statuses(ask, running, version):
    running("old", version("OS", "1.0", "End-of-Life"))
    running("new", version("OS", "2.0"))
    running("extended", version("OS", "1.5", "Extended Support"))
    running("none", None)
    (finding,) = ask(SoftwareEndOfLife())
    assert (finding.display, finding.details) == ("old", {"platform": "OS"})
    assert "1.0" in finding.message


def test_parameter(found, running, version):
    running("extended", version("OS", "1.5", "Extended Support"))
    assert found(SoftwareEndOfLife(statuses=("Extended Support",))) == ["extended"]

"""DCIM-SOFTWARE-002: which devices run software of another platform."""

from jobs.audits.checks.software import SoftwarePlatform


def test_platforms(ask, running, version):
    one, other = version("OS", "1.0"), version("Other OS", "2.0")
    running("right", one)
    running("wrong", other, platform=one.platform)
    running("no platform", one, platform=None)
    running("no version", None, platform=one.platform)
    (finding,) = ask(SoftwarePlatform())
    assert (finding.display, finding.details) == ("wrong", {"platform": "OS", "software version": "2.0"})

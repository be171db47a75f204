"""DCIM-SOFTWARE-001: which software versions are not allowed."""

import pytest

from jobs.audits.checks.software import SoftwareNotAllowed
from jobs.toolkit.access import RefusalError


def test_versions(ask, running, version):
    running("right", version("OS", "1.0"))
    running("wrong", version("OS", "2.0"))
    running("other platform", version("Other OS", "2.0"))
    running("none", None)
    (finding,) = ask(SoftwareNotAllowed(allowed={"OS": {"*": ["1.0", "1.1"]}}))
    assert (finding.display, finding.details) == ("wrong", {"platform": "OS", "allowed": "1.0, 1.1"})


def test_roles(lab, found, running, version):
    one, two = version("OS", "1.0"), version("OS", "2.0")
    core = lab.make_role("Core")
    running("core-1", one, role=core)
    running("core-2", two, role=core)
    running("switch-1", one)
    running("switch-2", two)
    assert found(SoftwareNotAllowed(allowed={"OS": {"Core": ["1.0"], "*": ["2.0"]}})) == ["core-2", "switch-1"]
    assert found(SoftwareNotAllowed(allowed={"OS": {"Core": ["1.0"]}})) == ["core-2"]
    assert found(SoftwareNotAllowed(allowed={"OS": {"Core": []}})) == ["core-1", "core-2"]


def test_policy_is_off():
    assert "allowed" in SoftwareNotAllowed().idle()
    assert SoftwareNotAllowed(allowed={"OS": {"*": ["1.0"]}}).idle() == ""


@pytest.mark.parametrize("allowed", ["1.0", {"OS": ["1.0"]}, {"OS": {"*": "1.0"}}, {"OS": {"*": [1.0]}}])
def test_policy_that_is_none(ask, allowed):
    with pytest.raises(RefusalError, match="parameter allowed"):
        ask(SoftwareNotAllowed(allowed=allowed))

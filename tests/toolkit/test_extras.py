"""Extras: what is missing is told by name, and costs the other Jobs nothing."""

import sys

import pytest

from jobs.toolkit.access import RefusalError
from jobs.toolkit.extras import require_extra


@pytest.mark.parametrize(
    ("extra", "module", "package"),
    [
        ("network", "netmiko", "netmiko"),
        ("network", "nornir", "nornir"),
        ("network", "ntc_templates", "ntc-templates"),
        ("dns", "dns", "dnspython"),
    ],
)
def test_missing_package_is_named(monkeypatch, extra, module, package):
    require_extra(extra)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RefusalError, match=f"{package} cannot be imported there. Install: pip install"):
        require_extra(extra)

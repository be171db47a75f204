"""Endpoints that are gone."""

import pytest
from migrating import after, assert_untouched
from nautobot_dev_tools.migrate.transformations.rest_paths import RestPaths


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('requests.get(f"{url}/api/dcim/sites/?name=x")', "the endpoint /dcim/sites/ is gone: /dcim/locations/ has"),
        ('get("/api/dcim/device-roles/")', "the endpoint /dcim/device-roles/ is gone: /extras/roles/ has its objects"),
        ("nb.dcim.sites.all()", "the endpoint dcim.sites is gone: dcim.locations has its objects"),
        ("self.nautobot.ipam.roles.get(name=x)", "the endpoint ipam.roles is gone: extras.roles has its objects"),
        ('get("/api/dcim/devices/?brief=true")', "the parameter brief is gone"),
    ],
)
def test_is_marked(code, reason):
    text = after(code + "\n", RestPaths())
    assert reason in text
    assert text.splitlines()[-1] == code


@pytest.mark.parametrize(
    "code",
    [
        'get("/api/dcim/locations/")',
        'get("/mine/dcim/sites/")',
        "nb.dcim.locations.all()",
        "for sites in regions:\n    pass",
        "from nautobot.dcim import sites\n\nsites.x()",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", RestPaths())

"""DeviceRole, RackRole and ipam.Role become extras.Role."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.role_models import RoleModels


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            """
            from nautobot.dcim.models import Device, DeviceRole

            DeviceRole.objects.all()
            """,
            """
            from nautobot.dcim.models import Device
            from nautobot.extras.models import Role

            Role.objects.filter(content_types__model="device")
            """,
        ),
        (
            """
            from nautobot.dcim.models import DeviceRole, RackRole
            from nautobot.extras.models import Status

            x = ObjectVar(model=DeviceRole)
            RackRole.objects.get(name="x")
            """,
            """
            from nautobot.extras.models import Role, Status

            x = ObjectVar(model=Role, query_params={"content_types": "dcim.device"})
            Role.objects.get(name="x", content_types__model="rack")
            """,
        ),
        (
            """
            from nautobot.ipam.models import Prefix, Role

            Role.objects.get(name="x")
            """,
            """
            from nautobot.extras.models import Role
            from nautobot.ipam.models import Prefix

            Role.objects.get(name="x")
            """,
        ),
        ('f("dcim.add_devicerole", "dcim.DeviceRole")\n', 'f("extras.add_role", "extras.Role")\n'),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before, expected, RoleModels())


@pytest.mark.parametrize(
    "code",
    [
        "from nautobot.extras.models import Role\n\nRole.objects.all()",
        "from mine import Role, DeviceRole\n\nRole.objects.all()",
        "role = 1\nRole = 2",
        """\
try:
    from nautobot.extras.models import Role
except ImportError:
    from nautobot.dcim.models import DeviceRole as Role""",
        'x = "DeviceRole"',
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", RoleModels())


@pytest.mark.parametrize(
    ("head", "code", "reason"),
    [
        ("dcim.models import DeviceRole", 'DeviceRole.objects.create(name="x")', "needs the content types"),
        ("ipam.models import Role", "Role.objects.all()", "This finds every extras.Role now"),
        ("ipam.models import Role", "x = ObjectVar(model=Role)", "narrow it by query_params"),
    ],
)
def test_is_left_to_a_person(head, code, reason):
    text = after(f"from nautobot.{head}\n\n{code}\n", RoleModels())
    assert reason in text
    assert text.splitlines()[-1] == code.replace("DeviceRole", "Role")
    assert "from nautobot.extras.models import Role" in text


def test_nothing_is_changed_where_the_name_is_taken():
    code = "from nautobot.dcim.models import DeviceRole\nfrom mine import Role\n\nDeviceRole.objects.all()\n"
    text = after(code, RoleModels())
    assert "this file has something else by that name" in text
    assert text.endswith(code.partition("\n")[2])

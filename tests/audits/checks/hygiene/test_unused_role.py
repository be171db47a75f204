"""EXTRAS-ROLE-001: which roles nothing has."""

from jobs.audits.checks.hygiene import UnusedRole


def test_nothing_has_it_and_shipped_ones_are_left_alone(lab, found, switch):
    from nautobot.extras.models import Role

    lab.make_role("Router")
    assert Role.objects.filter(name="VRRP").exists()
    assert Role.objects.filter(name="Support").exists()
    assert found(UnusedRole()) == ["Router"]


def test_a_device_has_it(found, switch):
    assert found(UnusedRole()) == []


def test_an_interface_has_it(lab, found, switch):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Interface

    role = lab.make_role("Uplink")
    role.content_types.add(ContentType.objects.get_for_model(Interface))
    lab.interface(switch, "eth", role=role)
    assert found(UnusedRole()) == []


def test_a_config_context_asks_for_it(lab, found, config_context):
    config_context.roles.add(lab.role)
    assert found(UnusedRole()) == []

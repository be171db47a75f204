"""EXTRAS-GROUP-001: which dynamic groups have no members."""

from jobs.audits.checks.hygiene import EmptyGroup


def group(make, **values):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device

    return make("extras.dynamicgroup", name="group", content_type=ContentType.objects.get_for_model(Device), **values)


def test_filter_that_matches_nothing(ask, lab, make, switch):
    lab.make_role("Router")
    group(make, filter={"role": ["Router"]})
    (finding,) = ask(EmptyGroup())
    assert (finding.display, finding.details) == ("group", {"type": "dynamic-filter", "members": "dcim.device"})


def test_filter_that_matches(found, make, switch):
    group(make, filter={"name": ["switch"]})
    assert found(EmptyGroup()) == []


def test_static(found, make, switch):
    static = group(make, group_type="static")
    assert found(EmptyGroup()) == ["group"]
    static.add_members([switch])
    assert found(EmptyGroup()) == []

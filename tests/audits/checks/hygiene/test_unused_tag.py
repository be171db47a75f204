"""EXTRAS-TAG-001: which tags are on nothing."""

from jobs.audits.checks.hygiene import UnusedTag


def tag(make, name, *models):
    from django.contrib.contenttypes.models import ContentType

    item = make("extras.tag", name=name)
    item.content_types.set(ContentType.objects.get_for_models(*models).values())
    return item


def test_on_nothing(ask, make):
    from nautobot.dcim.models import Device

    item = tag(make, "old", Device)
    (finding,) = ask(UnusedTag())
    assert (finding.model, finding.pk, finding.display, finding.key) == ("extras.tag", str(item.pk), "old", "")


def test_on_a_device(found, make, switch):
    switch.tags.add(tag(make, "on", type(switch)))
    assert found(UnusedTag()) == []


def test_on_something_less_usual(found, make, cluster):
    cluster.tags.add(tag(make, "on", type(cluster)))
    assert found(UnusedTag()) == []


def test_asked_for_by_a_config_context(found, make, config_context, switch):
    config_context.tags.add(tag(make, "on", type(switch)))
    assert found(UnusedTag()) == []


def test_new_ones_are_left_alone_if_wanted(lab, found, make):
    from datetime import timedelta

    from django.utils import timezone

    item = tag(make, "new")
    assert found(UnusedTag(days=7)) == []
    lab.force(item, created=timezone.now() - timedelta(days=8))
    assert found(UnusedTag(days=7)) == ["new"]

"""Objects that one run changes more than once."""

from nautobot.dcim.models import Device


def test_undone_once_and_for_all(execute, lab, comes_back):
    device = lab.device("sw-01", lab.device_type("Switch"), serial="1")

    def planner(plan):
        found = Device.objects.get(pk=device.pk)
        plan.update(found, name=None, serial="2", reason="test")
        plan.update(found, name="sw-02", reason="test")

    with comes_back() as applied:
        applied.run = execute(planner)


def test_what_was_changed_and_changed_back(execute, lab, comes_back):
    device = lab.device("sw-01", lab.device_type("Switch"), serial="1")

    def planner(plan):
        found = Device.objects.get(pk=device.pk)
        plan.update(found, name=None, serial="2", reason="test")
        plan.update(found, name="sw-01", reason="test")

    with comes_back() as applied:
        applied.run = execute(planner)


def test_tags_come_back(execute, lab, comes_back):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.extras.models import Tag

    tag = Tag.objects.create(name="core")
    tag.content_types.add(ContentType.objects.get_for_model(Device))
    device = lab.device("sw-01", lab.device_type("Switch"))
    device.tags.add(tag)
    with comes_back() as applied:
        applied.run = execute(lambda plan: plan.update(Device.objects.get(pk=device.pk), tags=[], reason="test"))

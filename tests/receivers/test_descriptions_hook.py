"""Keep descriptions true: at both ends, of its own texts, and never those of people unless told."""

import pytest
from nautobot.dcim.models import Cable, Device, Interface
from nautobot.extras.context_managers import web_request_context
from nautobot.extras.models import JobResult, ObjectChange

from jobs.receivers.descriptions_hook import KeepDescriptions


@pytest.fixture
def ends(lab):
    box = lab.device_type("Box", interfaces=2)
    return [lab.device(name, box) for name in ("sw-01", "sw-02")]


@pytest.fixture
def cabled(ends, superuser, lab):
    """A cable between the first interfaces, in the change log; its change."""
    with web_request_context(superuser):
        cable = lab.cable(*(end.interfaces.get(name="eth 1") for end in ends))
    return ObjectChange.objects.filter(changed_object_id=cable.pk, action="create").latest("time")


def texts(*devices):
    found = Interface.objects.filter(name="eth 1", device__in=devices).order_by("device__name")
    return list(found.values_list("description", flat=True))


def test_a_new_cable(receive, cabled, ends):
    run = receive(KeepDescriptions, cabled)
    assert run.status == "SUCCESS"
    assert texts(*ends) == ["sw-02 eth 1", "sw-01 eth 1"]
    assert "undo.json" in run.files


def test_a_device_gets_another_name(receive, changed, cabled, ends, changes_logged):
    receive(KeepDescriptions, cabled)
    change = changed(ends[0], name="sw-99")
    assert receive(KeepDescriptions, change).status == "SUCCESS"
    assert texts(*ends) == ["sw-99 eth 1", "sw-02 eth 1"]
    before = changes_logged()
    assert receive(KeepDescriptions, change).status == "SUCCESS"
    assert changes_logged() == before


def test_an_interface_gets_another_name(receive, changed, cabled, ends):
    receive(KeepDescriptions, cabled)
    receive(KeepDescriptions, changed(ends[0].interfaces.get(name="eth 1"), name="uplink"))
    assert Interface.objects.get(device=ends[1], name="eth 1").description == "sw-01 uplink"


def test_a_cable_goes(receive, cabled, ends, superuser):
    receive(KeepDescriptions, cabled)
    key = Cable.objects.get().pk
    with web_request_context(superuser):
        Cable.objects.get().delete()
    change = ObjectChange.objects.get(changed_object_id=key, action="delete")
    assert receive(KeepDescriptions, change).status == "SUCCESS"
    assert texts(*ends) == ["", ""]


def test_through_patch_panels(receive, changed, ends, lab, superuser):
    from nautobot.dcim.models import FrontPort, RearPort

    fronts, rears = [], []
    for name in ("pp-01", "pp-02"):
        device = lab.device(name, lab.device_type(f"Panel {name}"))
        rears.append(RearPort(device=device, name="rear", type="lc", positions=1))
        rears[-1].validated_save()
        fronts.append(FrontPort(device=device, name="front", type="lc", rear_port=rears[-1], rear_port_position=1))
        fronts[-1].validated_save()
    for end, front in zip(ends, fronts, strict=True):
        lab.cable(end.interfaces.get(name="eth 1"), front)
    with web_request_context(superuser):
        trunk = lab.cable(*rears)
    receive(KeepDescriptions, ObjectChange.objects.filter(changed_object_id=trunk.pk).latest("time"))
    assert texts(*ends) == ["sw-02 eth 1", "sw-01 eth 1"]


def test_texts_of_people_stay_unless_told(receive, changed, cabled, ends, set_up):
    changed(ends[0].interfaces.get(name="eth 1"), description="do not touch")
    receive(KeepDescriptions, cabled)
    assert texts(*ends) == ["do not touch", "sw-01 eth 1"]
    set_up("KeepDescriptions", overwrite="all", template="to {{ far.device }}")
    receive(KeepDescriptions, changed(ends[1], comments="one"))
    assert texts(*ends) == ["to sw-02", "to sw-01"]


def test_texts_that_people_have_altered_are_theirs(receive, changed, cabled, ends):
    receive(KeepDescriptions, cabled)
    changed(ends[1].interfaces.get(name="eth 1"), description="altered")
    receive(KeepDescriptions, changed(ends[0], name="sw-99"))
    assert texts(*ends) == ["altered", "sw-02 eth 1"] or texts(*ends) == ["sw-02 eth 1", "altered"]


def test_its_own_change_starts_no_hook(receive, cabled, ends, hook):
    hook(KeepDescriptions, Cable, Device, Interface)
    receive(KeepDescriptions, cabled)
    assert texts(*ends) == ["sw-02 eth 1", "sw-01 eth 1"]
    assert JobResult.objects.count() == 1  # the run of this test


@pytest.mark.parametrize("values", [{"template": "{% for"}, {"template": "{{ nobody.x }}"}, {"overwrite": "some"}])
def test_bad_settings(receive, cabled, ends, set_up, values):
    set_up("KeepDescriptions", **values)
    run = receive(KeepDescriptions, cabled)
    assert (run.status, run.exception, texts(*ends)) == ("FAILURE", None, ["", ""])


def test_another_kind_of_object(receive, changed, lab):
    run = receive(KeepDescriptions, changed(lab.site, comments="one"))
    assert (run.status, run.exception) == ("FAILURE", None)


NEEDS = ["dcim.view_device", "dcim.view_interface", "dcim.change_interface"]


@pytest.mark.parametrize("missing", NEEDS)
def test_without_permission(receive, cabled, ends, make_user, missing):
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    run = receive(KeepDescriptions, cabled, user=user)
    assert (run.status, run.exception, texts(*ends)) == ("FAILURE", None, ["", ""])
    assert missing in " ".join(run.messages("failure"))


def test_names_that_the_user_may_not_view_stay_out(receive, cabled, ends, make_user):
    permissions = {
        "dcim.view_device": None,
        "dcim.view_interface": {"device__name": "sw-01"},
        "dcim.change_interface": None,
    }
    run = receive(KeepDescriptions, cabled, user=make_user(permissions=permissions))
    assert (run.status, texts(*ends)) == ("SUCCESS", ["", ""])


def test_query_count_is_constant(receive, changed, lab, superuser, hook):
    hook(KeepDescriptions, Cable)
    box, counts = lab.device_type("Box", interfaces=1), []
    for name, number in (("few", 3), ("many", 9)):
        with web_request_context(superuser):
            pass
        ports = [lab.device(f"{name}-{index}", box).interfaces.get() for index in range(2 * number)]
        for port in ports:
            lab.force(port, description="by hand")
        with web_request_context(superuser):
            cables = [lab.cable(*ports[index : index + 2]) for index in range(0, 2 * number, 2)]
        change = ObjectChange.objects.filter(changed_object_id=cables[0].pk).latest("time")
        run = receive(KeepDescriptions, change)
        assert (run.status, run.files) == ("SUCCESS", {})
        counts.append(run.query_count)
    assert counts[1] <= counts[0]  # the first fills caches of content types and the like

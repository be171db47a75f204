"""Trace this: from end to end, through patch panels, without names that the user may not view."""

import pytest

from jobs.receivers.trace_button import TraceThis


@pytest.fixture
def way(lab):
    """sw-01, two patch panels with a trunk between, sw-02."""
    from nautobot.dcim.models import FrontPort, RearPort

    box, panel = lab.device_type("Box", interfaces=1), lab.device_type("Panel")
    ends = [lab.device(name, box) for name in ("sw-01", "sw-02")]
    fronts, rears = [], []
    for name in ("pp-01", "pp-02"):
        device = lab.device(name, panel)
        rear = RearPort(device=device, name="rear", type="lc", positions=1)
        rear.validated_save()
        front = FrontPort(device=device, name="front", type="lc", rear_port=rear, rear_port_position=1)
        front.validated_save()
        rears.append(rear)
        fronts.append(front)
    lab.cable(*rears)
    for end, front in zip(ends, fronts, strict=True):
        end.cord = lab.cable(end.interfaces.get(), front)
    return ends, fronts, rears


def page(run):
    return run.files["path.html"].decode()


def ways(run):
    return [entry.message for entry in run.logs if entry.grouping == "ways"]


def test_from_end_to_end(press, way):
    [near, _], _, _ = way
    run = press(TraceThis, near.interfaces.get())
    assert run.status == "SUCCESS"
    [words] = ways(run)
    places = [words.index(name) for name in ("sw-01", "pp-01", "pp-02", "sw-02")]
    assert places == sorted(places)
    assert "complete" in page(run)
    assert page(run).count("<line ") == 3
    assert page(run).count("<rect ") == 4


def test_through_a_port_of_a_panel_and_through_a_cable(press, way):
    from nautobot.dcim.models import Cable

    _, fronts, rears = way
    for obj in (fronts[0], rears[1], Cable.objects.first()):
        run = press(TraceThis, obj)
        assert run.status == "SUCCESS"
        assert len(ways(run)) == 1, obj


def test_not_complete(press, way):
    [near, far], _, _ = way
    far.cord.delete()
    run = press(TraceThis, near.interfaces.get())
    assert run.status == "SUCCESS"
    assert "sw-02" not in page(run)


def test_nothing_is_connected(press, lab):
    run = press(TraceThis, lab.device("sw-09", lab.device_type("Box", interfaces=1)).interfaces.get())
    assert (run.status, ways(run)) == ("SUCCESS", ["Nothing is connected."])
    assert "Nothing is connected" in page(run)


def test_names_that_the_user_may_not_view_stay_out(press, way, make_user):
    [near, _], _, _ = way
    permissions = {
        "dcim.view_interface": None,
        "dcim.view_device": {"name": "sw-01"},
        "dcim.view_frontport": None,
        "dcim.view_rearport": None,
    }
    run = press(TraceThis, near.interfaces.get(), user=make_user(permissions=permissions))
    text = " ".join([*run.messages(), page(run)])
    assert run.status == "SUCCESS"
    assert "sw-01" in text
    assert "may not view" in text
    assert not any(name in text for name in ("pp-01", "pp-02", "sw-02"))
    assert page(run).count("<line ") == 3


def test_without_permission(press, way, make_user):
    [near, _], _, _ = way
    run = press(TraceThis, near.interfaces.get(), user=make_user(permissions={"dcim.view_device": None}))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "dcim.view_interface" in run.messages("failure")[0]


def test_hostile_names(press, way):
    [near, _], _, _ = way
    near.name = '"><script>alert(1)</script>'
    near.validated_save()
    assert "<script>alert" not in page(press(TraceThis, near.interfaces.get()))


def test_query_count_does_not_grow_with_the_ways(press, lab, asked):
    from nautobot.dcim.models import FrontPort, RearPort

    box, panel = lab.device_type("Box", interfaces=1), lab.device_type("Panel")
    counts = []
    for name, number in (("few", 2), ("many", 6)):
        device, rears = lab.device(f"pp-{name}", panel), []
        for side in "ab":
            rear = RearPort(device=device, name=f"rear {side}", type="mpo", positions=number)
            rear.validated_save()
            rears.append(rear)
            for position in range(1, number + 1):
                front = FrontPort(
                    device=device, name=f"{side}{position}", type="lc", rear_port=rear, rear_port_position=position
                )
                front.validated_save()
                lab.cable(lab.device(f"{name}-{side}{position}", box).interfaces.get(), front)
        trunk = lab.cable(*rears)
        run = press(TraceThis, trunk)
        assert len(ways(run)) == number
        counts.append(asked(run))
    assert counts[1] <= counts[0]  # the first fills caches of content types and the like

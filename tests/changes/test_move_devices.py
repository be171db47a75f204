"""Devices that move: by list, to one place, in circles."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from nautobot.dcim.models import Cable, Device, DeviceBay

from jobs.changes.move_devices import MoveDevices
from jobs.changes.move_slots import Move, cells, in_order, lowest_free

NEEDED = ("dcim.view_device", "dcim.change_device", "dcim.view_location", "dcim.view_rack")
HEADER = "device,location,rack,position,face\n"


def listed(text):
    return SimpleUploadedFile("moves.csv", (HEADER + text).encode())


def move(run_job, text, user=None, **inputs):
    return run_job(MoveDevices, {"table": listed(text), "dryrun": False, **inputs}, user=user)


def where(*names):
    devices = Device.objects.filter(name__in=names).select_related("rack").order_by("name")
    return [(device.rack.name if device.rack else None, device.position, device.face) for device in devices]


@pytest.fixture
def rack(lab):
    """Three switches in a rack, from the bottom, and room above; an empty rack, and one in another site."""
    device_type = lab.device_type("Switch", interfaces=2)
    rack = lab.rack("R1")
    for number in (1, 2, 3):
        lab.device(f"sw-0{number}", device_type, rack=rack, position=number, face="front")
    lab.rack("R2", u_height=4)
    lab.other = lab.location("LON01")
    lab.rack("R3", location=lab.other)
    return rack


def test_by_list(run_job, rack, comes_back):
    text = "sw-01,,R2,2,rear\nsw-02,,R2,,\nsw-03,AMS01,,,\n"
    with comes_back() as applied:
        run = applied.run = move(run_job, text)
        assert run.status == "SUCCESS", run.messages()
        assert where("sw-01", "sw-02", "sw-03") == [("R2", 2, "rear"), ("R2", None, ""), (None, None, "")]
        again = move(run_job, text)
        assert (again.status, again.result["changes"], again.result["unchanged"]) == ("SUCCESS", 0, 3)


def test_circle(run_job, rack, comes_back):
    text = "sw-01,,R1,2,\nsw-02,,R1,3,\nsw-03,,R1,1,\n"
    with comes_back() as applied:
        run = applied.run = move(run_job, text)
        assert run.status == "SUCCESS", run.messages()
        assert run.result["changes"] == 4
        assert [position for _, position, _ in where("sw-01", "sw-02", "sw-03")] == [2, 3, 1]
        assert move(run_job, text).result["changes"] == 0


def test_chain_lifts_nobody(run_job, rack):
    run = move(run_job, "sw-01,,R1,2,\nsw-02,,R1,3,\nsw-03,,R1,4,\n")
    assert (run.status, run.result["changes"]) == ("SUCCESS", 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sw-01,,R1,2,\n", ("Row 2", "position 2", "sw-02")),
        ("sw-01,,R2,5,\n", ("Row 2", "position 5", "R2")),
        ("sw-01,,R2,1,\nsw-02,,R2,1,\n", ("Row 3", "position 1", "sw-01")),
        ("sw-01,,R9,1,\n", ("Row 2", "rack", "R9")),
        ("sw-09,,R1,1,\n", ("Row 2", "device", "sw-09")),
        ("sw-01,Paris,R1,1,\n", ("Row 2", "location", "Paris")),
        ("sw-01,LON01,R1,1,\n", ("Row 2", "R1", "LON01")),
        ("sw-01,,R1,high,\n", ("Row 2", "position", "high")),
        ("sw-01,,R1,5,top\n", ("Row 2", "face", "top")),
        ("sw-01,,,5,\n", ("Row 2", "location", "rack")),
        ("sw-01,AMS01,,5,\n", ("Row 2", "position", "5")),
        ("sw-01,,R2,1,\nsw-01,,R2,2,\n", ("Row 3", "sw-01", "Row 2")),
    ],
)
def test_bad_rows(run_job, rack, rows, text, says):
    before = rows()
    run = move(run_job, text)
    assert run.status == "FAILURE"
    assert any(all(word in message for word in says) for message in run.messages("failure")), run.messages("failure")
    assert rows() == before


def test_good_rows_alone(run_job, rack):
    run = move(run_job, "sw-01,,R2,1,\nsw-02,,R9,1,\n", keep_good=True)
    assert (run.status, run.result["changes"], run.result["problems"]) == ("FAILURE", 1, 1)
    assert where("sw-01", "sw-02") == [("R2", 1, "front"), ("R1", 2, "front")]


def test_what_stands_in_the_way_of_a_bad_row(run_job, rack):
    run = move(run_job, "sw-01,,R1,2,\nsw-02,,R1,3,\nsw-03,,R1,99,\n", keep_good=True)
    assert (run.status, run.result["changes"]) == ("FAILURE", 0)
    assert [position for _, position, _ in where("sw-01", "sw-02", "sw-03")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("positions", "expected"),
    [("none", [None, None, None]), ("same", [1, 2, 3]), ("lowest", [1, 2, 3])],
)
def test_to_one_rack(run_job, rack, lab, comes_back, positions, expected):
    target = rack.__class__.objects.get(name="R3")
    inputs = {"locations": [lab.site], "to_rack": target, "positions": positions, "dryrun": False}
    with comes_back() as applied:
        run = applied.run = run_job(MoveDevices, inputs)
        assert run.status == "SUCCESS", run.messages()
        assert [position for _, position, _ in where("sw-01", "sw-02", "sw-03")] == expected
        assert set(Device.objects.values_list("location__name", flat=True)) == {"LON01"}
    run = run_job(MoveDevices, {**inputs, "positions": "lowest", "to_rack": rack.__class__.objects.get(name="R2")})
    again = run_job(MoveDevices, {**inputs, "positions": "lowest", "to_rack": rack.__class__.objects.get(name="R2")})
    assert (run.result["changes"], again.result["changes"]) == (3, 0)


def test_no_room(run_job, rack, lab, rows):
    small = lab.rack("R4", u_height=2)
    before = rows()
    run = run_job(MoveDevices, {"locations": [lab.site], "to_rack": small, "positions": "lowest", "dryrun": False})
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert rows() == before


@pytest.mark.parametrize(
    "inputs", [{}, {"everything": True}, {"everything": True, "positions": "same"}, {"table": True}]
)
def test_refuses_unclear_requests(run_job, rack, lab, inputs):
    if "table" in inputs:
        inputs = {"table": listed("sw-01,,R2,1,\n"), "to_location": lab.site}
    elif "positions" in inputs:
        inputs = {**inputs, "to_location": lab.site}
    run = run_job(MoveDevices, {**inputs, "dryrun": False})
    assert (run.status, run.files) == ("FAILURE", {})


@pytest.fixture
def cabled(lab, rack):
    first, second = (Device.objects.get(name=name) for name in ("sw-01", "sw-02"))
    return lab.cable(first.interfaces.first(), second.interfaces.first())


def test_cables_are_refused(run_job, cabled, rows):
    before = rows()
    run = move(run_job, "sw-01,,R3,1,\n")
    assert run.status == "FAILURE"
    assert any("Row 2" in text and "1 cables" in text for text in run.messages("failure"))
    assert rows() == before


def test_cables_inside_the_location_stay(run_job, cabled):
    assert move(run_job, "sw-01,,R2,1,\n").result["changes"] == 1
    assert move(run_job, "sw-01,,R3,1,\nsw-02,,R3,2,\n").result["changes"] == 2
    assert Cable.objects.exists()


@pytest.mark.parametrize(("policy", "left"), [("delete", 0), ("keep", 1)])
def test_cables_elsewhere(run_job, cabled, comes_back, policy, left):
    with comes_back() as applied:
        run = applied.run = move(run_job, "sw-01,,R3,1,\n", cables=policy)
        assert run.status == "SUCCESS", run.messages()
        assert Cable.objects.count() == left


def test_children_move_along(run_job, lab, rack, comes_back):
    parent_type, child_type = lab.device_type("Chassis", interfaces=1), lab.device_type("Blade", interfaces=1)
    lab.force(parent_type, subdevice_role="parent")
    lab.force(child_type, subdevice_role="child", u_height=0)
    parent_type.refresh_from_db()
    child_type.refresh_from_db()
    parent = lab.device("chassis", parent_type, rack=rack, position=10, face="front")
    child = lab.device("blade", child_type, rack=rack)
    DeviceBay(device=parent, name="1", installed_device=child).validated_save()
    cable = lab.cable(child.interfaces.first(), Device.objects.get(name="sw-01").interfaces.first())
    refused = move(run_job, "blade,,R3,,\n")
    assert any("Row 2" in text and "chassis" in text for text in refused.messages("failure"))
    assert move(run_job, "chassis,,R3,1,\n").status == "FAILURE"
    with comes_back() as applied:
        applied.run = move(run_job, "chassis,,R3,1,\n", cables="delete")
        assert applied.run.status == "SUCCESS", applied.run.messages()
        child.refresh_from_db()
        assert (child.location.name, child.rack.name) == ("LON01", "R3")
        assert not Cable.objects.filter(pk=cable.pk).exists()


def test_cluster_that_does_not_reach(run_job, lab, rack, rows):
    cluster, device = lab.cluster(), Device.objects.get(name="sw-01")
    cluster.location = lab.site
    cluster.validated_save()
    if hasattr(Device, "clusters"):
        device.clusters.add(cluster)
    else:
        device.cluster = cluster
        device.validated_save()
    before = rows()
    run = move(run_job, "sw-01,,R3,1,\n")
    assert run.status == "FAILURE"
    assert any("cluster" in text for text in run.messages("failure"))
    assert rows() == before


def test_tells_of_vlans(run_job, lab, rack):
    interface = Device.objects.get(name="sw-01").interfaces.first()
    interface.mode, interface.untagged_vlan = "access", lab.vlan(10, locations=[lab.site])
    interface.validated_save()
    run = move(run_job, "sw-01,,R3,1,\n")
    assert run.status == "SUCCESS", run.messages()
    assert any("VLANs of 1 interfaces" in text for text in run.messages("info"))


@pytest.mark.parametrize("missing", NEEDED)
def test_a_permission_is_missing(run_job, rack, make_user, rows, missing):
    user = make_user(permissions=dict.fromkeys(each for each in NEEDED if each != missing))
    before = rows()
    run = move(run_job, "sw-01,,R2,1,\n", user=user)
    assert run.status == "FAILURE"
    assert any(missing in text for text in run.messages("failure"))
    assert rows() == before


@pytest.mark.parametrize(
    ("permission", "constraints"),
    [
        ("dcim.change_device", {"name": "sw-02"}),
        ("dcim.change_device", {"rack__name": "R1"}),
        ("dcim.view_rack", {"name": "R1"}),
    ],
)
def test_permissions_with_constraints(run_job, rack, make_user, rows, permission, constraints):
    user = make_user(permissions={**dict.fromkeys(NEEDED), permission: constraints})
    before = rows()
    run = move(run_job, "sw-01,,R2,1,\n", user=user)
    assert run.status == "FAILURE"
    assert rows() == before


def test_cables_take_a_permission_to_delete(run_job, cabled, make_user, rows):
    user = make_user(permissions=dict.fromkeys(NEEDED))
    before = rows()
    run = move(run_job, "sw-01,,R3,1,\n", cables="delete", user=user)
    assert any("dcim.delete_cable" in text for text in run.messages("failure"))
    assert rows() == before
    assert move(run_job, "sw-01,,R2,1,\n", user=user).status == "SUCCESS"


def test_empty_database(run_job, lab):
    run = run_job(MoveDevices, {"everything": True, "to_location": lab.site, "dryrun": False})
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)


def test_query_count(run_job, lab):
    device_type = lab.device_type("Small")
    for number in range(10):
        lab.device(f"sw-{number}", device_type)
    inputs = {"everything": True, "to_location": lab.site, "dryrun": False}
    few = run_job(MoveDevices, inputs).query_count
    for number in range(10, 100):
        lab.device(f"sw-{number}", device_type)
    assert run_job(MoveDevices, inputs).query_count == few


# The order of moves, without a database


def test_cells():
    assert cells("R1", None, 2, "front", True) == frozenset()
    assert cells("R1", 4, 2, "rear", False) == {("R1", 4, "rear"), ("R1", 5, "rear")}
    assert len(cells("R1", 4, 2, "rear", True)) == 4


def test_lowest_free():
    taken = cells("R1", 1, 2, "front", False) | cells("R1", 4, 1, "rear", False)
    assert lowest_free(taken, "R1", 6, 1, "front", False) == 3
    assert lowest_free(taken, "R1", 6, 2, "front", True) == 5
    assert lowest_free(taken, "R1", 6, 3, "front", True) == 0


def steps_are_right(moves):
    """Carry the steps out on a rack of paper."""
    occupied = {cell: key for key, each in moves.items() for cell in each.now}
    placed = set()
    for key, lifted in in_order(moves):
        occupied = {cell: holder for cell, holder in occupied.items() if holder != key}
        if not lifted:
            assert not [cell for cell in moves[key].then if cell in occupied]
            assert key not in placed
            placed.add(key)
            occupied |= dict.fromkeys(moves[key].then, key)
    assert placed == set(moves)
    assert occupied == {cell: key for key, each in moves.items() for cell in each.then}


PLACES = st.tuples(st.sampled_from("AB"), st.integers(1, 10), st.sampled_from(("front", "rear")))
DEVICES = st.lists(
    st.tuples(st.integers(1, 3), st.booleans(), st.none() | PLACES, st.none() | PLACES), min_size=1, max_size=12
)


@given(DEVICES)
def test_any_moves(devices):
    taken, moves = (set(), set()), {}
    for number, (height, full, *places) in enumerate(devices):
        ends = []
        for side, place in enumerate(places):
            rack, unit, face = place or (None, None, "")
            wanted = cells(rack, unit, height, face, full)
            if not wanted.isdisjoint(taken[side]):
                wanted = frozenset()
            taken[side].update(wanted)
            ends.append(wanted)
        moves[number] = Move(*ends)
    steps_are_right(moves)


def test_a_thousand_in_one_circle():
    moves = {
        number: Move(frozenset({("R", number, "front")}), frozenset({("R", (number + 1) % 1000, "front")}))
        for number in range(1000)
    }
    steps_are_right(moves)
    assert sum(lifted for _, lifted in in_order(moves)) == 1

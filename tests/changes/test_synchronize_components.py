"""Components beside the templates of their types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nautobot.dcim import models
from nautobot.dcim.models import (
    ConsolePort,
    ConsolePortTemplate,
    Device,
    DeviceBay,
    DeviceBayTemplate,
    FrontPort,
    FrontPortTemplate,
    Interface,
    InterfaceTemplate,
    ModuleBay,
    ModuleBayTemplate,
    PowerOutlet,
    PowerOutletTemplate,
    PowerPort,
    PowerPortTemplate,
    RearPort,
    RearPortTemplate,
)
from nautobot.extras.models import Note

from jobs.changes.synchronize_components import SynchronizeComponents
from jobs.changes.synchronize_components_match import (
    COUNT,
    REPLACE,
    TYPE,
    convention_of,
    matches,
    rendered,
    renumbered,
)
from jobs.toolkit.components import KINDS, moves


@pytest.fixture
def synchronize(run_job):
    """A function that runs the Job on all devices."""

    def run(*, user=None, **inputs):
        return run_job(SynchronizeComponents, {"everything": True, "dryrun": False, **inputs}, user=user)

    return run


def names(model, **conditions):
    return sorted(model.objects.filter(**conditions).values_list("name", flat=True))


def save(obj):
    obj.validated_save()
    return obj


def test_adds_all_kinds(lab, synchronize, comes_back):
    device_type = lab.device_type("Everything")
    device_type.subdevice_role = "parent"
    device_type.validated_save()
    device = lab.device("sw-01", device_type)
    save(ConsolePortTemplate(device_type=device_type, name="Console", type="rj-45", label="CON"))
    save(models.ConsoleServerPortTemplate(device_type=device_type, name="Line", type="rj-45"))
    power = save(PowerPortTemplate(device_type=device_type, name="PSU", maximum_draw=100, allocated_draw=50))
    save(PowerOutletTemplate(device_type=device_type, name="Outlet", power_port_template=power, feed_leg="A"))
    save(InterfaceTemplate(device_type=device_type, name="eth0", type="1000base-t", mgmt_only=True))
    rear = save(RearPortTemplate(device_type=device_type, name="Rear", type="mpo", positions=4))
    save(
        FrontPortTemplate(
            device_type=device_type, name="Front", type="lc", rear_port_template=rear, rear_port_position=3
        )
    )
    save(DeviceBayTemplate(device_type=device_type, name="Blade"))
    save(ModuleBayTemplate(device_type=device_type, name="Slot", position="7"))
    save(ModuleBayTemplate(device_type=device_type, name="Fan"))

    with comes_back() as applied:
        run = applied.run = synchronize()

        assert (run.status, run.result["created"], run.result["updated"]) == ("SUCCESS", 10, 0), run.messages()
        assert PowerOutlet.objects.get().power_port == PowerPort.objects.get()
        front = FrontPort.objects.get()
        assert (front.rear_port, front.rear_port_position, front.type) == (RearPort.objects.get(positions=4), 3, "lc")
        assert ConsolePort.objects.get().label == "CON"
        assert Interface.objects.get().mgmt_only
        assert {bay.name: bay.position for bay in ModuleBay.objects.all()} == {"Slot": "7", "Fan": "Fan"}
        assert DeviceBay.objects.get().device == device
        assert synchronize().result["changes"] == 0


def test_is_what_nautobot_creates(lab, synchronize):
    device_type = lab.device_type("Switch", console=1, power=2, management=1, interfaces=3, bays=1)
    device = lab.device("sw-01", device_type)
    lab.module(device, lab.module_type("Card", console=1, power=1, management=2))
    assert synchronize(clear=True, properties=list(_ALL_PROPERTIES)).result["changes"] == 0


_ALL_PROPERTIES = ("name", "type", "transceiver", "label", "description", "management", "power", "feed", "mapping")


@pytest.fixture
def drifted(lab):
    """A device that has drifted from its type in many ways."""
    device_type = lab.device_type("Switch", power=2, interfaces=2, bays=1)
    inlet = PowerPortTemplate.objects.get(name="PSU 2")
    save(PowerOutletTemplate(device_type=device_type, name="Outlet", power_port_template=inlet, feed_leg="B"))
    rear = save(RearPortTemplate(device_type=device_type, name="Rear", type="mpo", positions=3))
    for position in (1, 2, 3):
        save(
            FrontPortTemplate(
                device_type=device_type,
                name=f"Front {position}",
                type="lc",
                rear_port_template=rear,
                rear_port_position=position,
            )
        )
    device = lab.device("sw-01", device_type)
    outlet = PowerOutlet.objects.get()
    outlet.power_port, outlet.feed_leg = PowerPort.objects.get(name="PSU 1"), "A"
    outlet.validated_save()
    lab.force(PowerPort.objects.get(name="PSU 1"), maximum_draw=None)
    PowerPortTemplate.objects.filter(name="PSU 1").update(maximum_draw=200, allocated_draw=100)
    lab.force(Interface.objects.get(name="eth 1"), type="10gbase-t", mgmt_only=True, description="mine", label="x")
    lab.force(ModuleBay.objects.get(), position="9")
    # All three in a circle, and no position free.
    for name, position in (("Front 1", 101), ("Front 2", 102), ("Front 3", 103)):
        lab.force(FrontPort.objects.get(name=name), rear_port_position=position)
    for name, position in (("Front 1", 2), ("Front 2", 3), ("Front 3", 1)):
        lab.force(FrontPort.objects.get(name=name), rear_port_position=position)
    return device


def test_updates_what_differs(drifted, synchronize, comes_back, lab):
    spare = save(RearPort(device=drifted, name="Spare", type="mpo"))
    with comes_back() as applied:
        run = applied.run = synchronize()
        assert run.status == "SUCCESS", run.messages()
        outlet = PowerOutlet.objects.get()
        assert (outlet.power_port.name, outlet.feed_leg) == ("PSU 2", "B")
        supply = PowerPort.objects.get(name="PSU 1")
        assert (supply.maximum_draw, supply.allocated_draw) == (200, 100)
        interface = Interface.objects.get(name="eth 1")
        assert (interface.type, interface.mgmt_only) == ("1000base-t", False)
        # What people write stays, and so does what the type says nothing about.
        assert (interface.description, interface.label) == ("mine", "x")
        assert ModuleBay.objects.get().position == "1"
        assert {f.name: f.rear_port_position for f in FrontPort.objects.all()} == {
            "Front 1": 1,
            "Front 2": 2,
            "Front 3": 3,
        }
        assert not spare.front_ports.exists()
        assert any("Spare" in remark for remark in run.messages())
        assert synchronize().result["changes"] == 0


def test_circle_without_a_free_position_is_told(drifted, synchronize, rows):
    before = rows()
    run = synchronize()
    assert run.status == "FAILURE"
    assert run.result["problems"] == 3
    assert all("sw-01" in message for message in run.messages("failure")[:3])
    assert rows() == before


def test_more_and_fewer_positions(lab, synchronize, comes_back):
    device_type = lab.device_type("Panel")
    old = save(RearPortTemplate(device_type=device_type, name="A", type="mpo", positions=2))
    new = save(RearPortTemplate(device_type=device_type, name="B", type="mpo", positions=1))
    front = save(
        FrontPortTemplate(device_type=device_type, name="F", type="lc", rear_port_template=old, rear_port_position=2)
    )
    save(FrontPortTemplate(device_type=device_type, name="G", type="lc", rear_port_template=old, rear_port_position=1))
    lab.device("panel", device_type)
    RearPortTemplate.objects.filter(pk=new.pk).update(positions=3)
    RearPortTemplate.objects.filter(pk=old.pk).update(positions=1)
    FrontPortTemplate.objects.filter(pk=front.pk).update(rear_port_template=new, rear_port_position=3)

    with comes_back() as applied:
        run = applied.run = synchronize()
        assert run.status == "SUCCESS", run.messages()
        assert {port.name: port.positions for port in RearPort.objects.all()} == {"A": 1, "B": 3}
        assert FrontPort.objects.get(name="F").rear_port.name == "B"
        assert synchronize().result["changes"] == 0


def test_options_narrow_what_is_done(drifted, synchronize):
    run = synchronize(add=[], update=["interfaces"], properties=["description"], clear=True)
    assert (run.result["changes"], Interface.objects.get(name="eth 1").description) == (1, "")
    Interface.objects.get(name="eth 2").delete()
    assert synchronize(add=["power-ports"], update=[]).result["changes"] == 0
    assert synchronize(add=["interfaces"], update=[]).result["created"] == 1


def test_deletes_extras_that_nothing_uses(lab, synchronize, comes_back):
    device_type = lab.device_type("Switch", interfaces=1, power=1, bays=1)
    rear = save(RearPortTemplate(device_type=device_type, name="Rear", type="mpo"))
    save(FrontPortTemplate(device_type=device_type, name="Front", type="lc", rear_port_template=rear))
    device = lab.device("sw-01", device_type)
    other = lab.device("sw-02", device_type)
    ports = {
        name: lab.interface(device, name, type="1000base-t")
        for name in ("free", "cabled", "addressed", "tagged", "untagged", "parent", "noted", "member")
    }
    lag = lab.interface(device, "lag", type="lag")
    lab.cable(ports["cabled"], other.interfaces.get())
    lab.address("192.0.2.1/24", ports["addressed"])
    ports["tagged"].mode = ports["untagged"].mode = "tagged"
    ports["untagged"].untagged_vlan = lab.vlan(10)
    ports["member"].lag = lag
    for port in ports.values():
        port.validated_save()
    ports["tagged"].tagged_vlans.add(lab.vlan(20, "voice"))
    lab.interface(device, "child", parent_interface=ports["parent"])
    Note(assigned_object=ports["noted"], user_name="me", note="careful").save()
    # A rear port in use by a front port that stays, and one whose front port goes with it.
    for name in ("used", "unused"):
        behind = save(RearPort(device=device, name=name, type="mpo"))
        front = save(FrontPort(device=device, name=name, type="lc", rear_port=behind))
        if name == "used":
            Note(assigned_object=front, user_name="me", note="careful").save()
    save(PowerPort(device=device, name="spare inlet"))
    full = save(ModuleBay(parent_device=device, name="full"))
    save(models.Module(module_type=lab.module_type("Card"), parent_module_bay=full, status=lab.active))
    save(ModuleBay(parent_device=device, name="empty"))

    with comes_back() as applied:
        run = applied.run = synchronize(delete=[kind.key for kind in KINDS])

        assert (run.status, run.result["deleted"]) == ("SUCCESS", 5), run.messages()
        left = set(names(Interface, device=device))
        assert left == {*ports, "eth 1", "lag", "child"} - {"free"}
        assert (names(RearPort, device=device), names(FrontPort, device=device)) == (
            ["Rear", "used"],
            ["Front", "used"],
        )
        assert (names(PowerPort, device=device), names(ModuleBay, parent_device=device)) == (
            ["PSU 1"],
            ["Bay 1", "full"],
        )
        assert synchronize(delete=[kind.key for kind in KINDS]).result["changes"] == 0


def test_modules(lab, synchronize, comes_back):
    device = lab.device("sw-01", lab.device_type("Chassis", bays=2))
    module_type = lab.module_type("Card", management=1)
    save(ModuleBayTemplate(module_type=module_type, name="Sub", position="3"))
    module = lab.module(device, module_type, "Bay 2")
    inner = lab.module_type("Inner")
    lab.module(module, inner, "Sub")
    save(InterfaceTemplate(module_type=inner, name="xe-{module.parent}/{module}/0", type="1000base-t"))
    save(InterfaceTemplate(module_type=module_type, name="{module}/new", type="1000base-t"))
    lab.force(ModuleBay.objects.get(name="Sub"), label="there")
    ModuleBayTemplate.objects.filter(name="Sub").update(position="4", label="here")

    with comes_back() as applied:
        run = applied.run = synchronize()
        assert (run.status, run.result["created"], run.result["updated"]) == ("SUCCESS", 2, 1), run.messages()
        assert {"2/new", "xe-2/3/0"} <= set(names(Interface))
        # Names have the position of a bay in use.
        assert ModuleBay.objects.get(name="Sub").position == "3"
        assert synchronize().result["changes"] == 0
    assert synchronize(modules=False).result["changes"] == 0


@pytest.fixture
def stack(lab):
    device_type = lab.device_type("Switch")
    for name, management in (("Gi0/0", True), ("Gi1/0/1", False), ("Gi1/0/2", False), ("Gi1/0/3", False)):
        save(InterfaceTemplate(device_type=device_type, name=name, type="1000base-t", mgmt_only=management))
    first, second = (lab.device(name, device_type) for name in ("sw-01", "sw-02"))
    lab.stack(first, second)
    return second


def test_members_show_their_convention(lab, stack, synchronize):
    stack.interfaces.get(name="Gi1/0/3").delete()
    for number in (1, 2):
        lab.force(stack.interfaces.get(name=f"Gi1/0/{number}"), name=f"Gi2/0/{number}")
    assert synchronize().result["changes"] == 1
    assert names(Interface, device=stack) == ["Gi0/0", "Gi2/0/1", "Gi2/0/2", "Gi2/0/3"]


@pytest.mark.parametrize("convention", [REPLACE, COUNT])
def test_members_are_renamed(lab, stack, synchronize, comes_back, convention):
    assert synchronize().result["changes"] == 0
    with comes_back() as applied:
        applied.run = synchronize(numbering=convention)
        assert applied.run.result["updated"] == 3
        assert names(Interface, device=stack) == ["Gi0/0", "Gi2/0/1", "Gi2/0/2", "Gi2/0/3"]
        assert synchronize(numbering=convention).result["changes"] == 0
        assert synchronize().result["changes"] == 0


def test_names_that_would_be_there_twice(lab, stack, synchronize, rows):
    save(InterfaceTemplate(device_type=stack.device_type, name="Gi2/0/1", type="1000base-t"))
    before = rows()
    run = synchronize(numbering=REPLACE)
    assert (run.status, run.result["problems"], rows()) == ("FAILURE", 2, before)
    assert any("Gi2/0/1" in message and "sw-02" in message for message in run.messages("failure"))


def test_lanes_stand_for_their_port(lab, synchronize):
    device = lab.device("sw-01", lab.device_type("Switch", interfaces=2))
    device.interfaces.get(name="eth 1").delete()
    for lane in (1, 2):
        lab.interface(device, f"eth 1/{lane}", type="1000base-t")
    run = synchronize(delete=["interfaces"])
    assert (run.result["changes"], run.status) == (0, "SUCCESS")


def test_cages_for_transceivers(lab, synchronize):
    device_type = lab.device_type("Switch", interfaces=1)
    device = lab.device("sw-01", device_type)
    device_type.interface_templates.update(type="10gbase-x-sfpp")
    assert synchronize().result["changes"] == 0
    assert synchronize(properties=["transceiver"]).result["changes"] == 1
    assert device.interfaces.get().type == "10gbase-x-sfpp"


def test_type_without_templates_judges_nothing(lab, synchronize):
    device = lab.device("sw-01", lab.device_type("Empty"))
    lab.interface(device, "eth 1", type="1000base-t")
    assert synchronize(delete=["interfaces"]).result["changes"] == 0


def test_good_devices_are_done(lab, drifted, synchronize):
    good = lab.device("sw-00", lab.device_type("Other", interfaces=1))
    good.interfaces.get().delete()
    run = synchronize(keep_good=True)
    assert (run.status, run.result["applied"], good.interfaces.count()) == ("FAILURE", True, 1)
    assert Interface.objects.get(name="eth 1", device=drifted).type == "10gbase-t"


def test_outlet_of_a_power_port_that_is_not_added(lab, synchronize):
    device_type = lab.device_type("PDU")
    lab.device("pdu", device_type)
    inlet = save(PowerPortTemplate(device_type=device_type, name="Inlet"))
    save(PowerOutletTemplate(device_type=device_type, name="1", power_port_template=inlet))
    rear = save(RearPortTemplate(device_type=device_type, name="Rear", type="mpo"))
    save(FrontPortTemplate(device_type=device_type, name="Front", type="lc", rear_port_template=rear))
    assert synchronize(add=["power-outlets"]).result["created"] == 1
    run = synchronize(add=["front-ports"])
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)


# Permissions

NEEDED = {
    **{f"dcim.view_{model}": None for model in ("device", "devicetype", "module", "moduletype")},
    **{f"dcim.{action}_{kind.model.split('.')[1]}": None for kind in KINDS for action in ("view", "add", "change")},
}


@pytest.mark.parametrize("missing", ["dcim.add_interface", "dcim.view_moduletype", "dcim.change_rearport"])
def test_without_permission(missing, lab, synchronize, make_user, rows):
    lab.device("sw-01", lab.device_type("Switch", interfaces=1)).interfaces.get().delete()
    user = make_user(permissions={key: value for key, value in NEEDED.items() if key != missing})
    before = rows()
    run = synchronize(user=user)
    assert (run.status, rows()) == ("FAILURE", before)
    assert missing in " ".join(run.messages("failure"))
    run = synchronize(user=make_user("other", permissions=NEEDED), dryrun=True)
    assert (run.status, run.result["created"]) == ("SUCCESS", 1)


@pytest.mark.parametrize(
    ("permission", "constraint", "what"),
    [
        ("dcim.add_interface", {"name": "eth 2"}, "eth 1"),
        ("dcim.change_powerport", {"name": "other"}, "PSU 1"),
        ("dcim.change_powerport", {"maximum_draw": None}, "PSU 1"),
    ],
)
def test_constrained_permission(permission, constraint, what, lab, synchronize, make_user, rows):
    device = lab.device("sw-01", lab.device_type("Switch", interfaces=1, power=1))
    device.interfaces.all().delete()
    PowerPortTemplate.objects.update(maximum_draw=10)
    user = make_user(permissions={**NEEDED, permission: constraint})
    before = rows()
    run = synchronize(user=user)
    assert (run.status, rows()) == ("FAILURE", before)
    assert any(permission in message and what in message for message in run.messages("failure"))


def test_type_that_may_not_be_viewed(lab, synchronize, make_user, rows):
    lab.device("sw-01", lab.device_type("Switch"))
    run = synchronize(user=make_user(permissions={**NEEDED, "dcim.view_devicetype": {"model": "other"}}))
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)


def test_fewer_kinds_need_fewer_permissions(lab, synchronize, make_user):
    lab.device("sw-01", lab.device_type("Switch", interfaces=1)).interfaces.get().delete()
    needed = ("view_device", "view_devicetype", "view_interface", "add_interface")
    user = make_user(permissions={f"dcim.{each}": None for each in needed})
    run = synchronize(user=user, add=["interfaces"], update=[], report=[], modules=False)
    assert (run.status, run.result["created"]) == ("SUCCESS", 1), run.messages()


# Bad input, nothing, and much


def test_nothing_there(synchronize, db):
    assert synchronize().status == "SUCCESS"


def test_nothing_selected(run_job, db):
    assert run_job(SynchronizeComponents, {}).status == "FAILURE"


@pytest.mark.parametrize("inputs", [{"add": ["wings"]}, {"numbering": "roman"}, {"properties": ["colour"]}])
def test_unknown_choice(db, inputs, superuser):
    from nautobot_dev_tools.pytest_plugin import execute

    run = execute(SynchronizeComponents, {"everything": True, **inputs}, superuser)
    assert run.status == "FAILURE"
    value = next(iter(inputs.values()))
    assert (value if isinstance(value, str) else value[0]) in run.result["refused"]


def test_queries_do_not_grow_with_devices(lab, synchronize):
    device_type = lab.device_type("Switch", console=1, power=1, interfaces=2, bays=1)
    module_type = lab.module_type("Card", management=1)

    def build(start, end):
        for number in range(start, end):
            device = lab.device(f"sw-{number:03}", device_type)
            lab.module(device, module_type)
            lab.interface(device, "extra", type="1000base-t")

    inputs = {"dryrun": True, "report": [], "delete": ["power-ports"]}
    build(0, 10)
    few = synchronize(**inputs)
    build(10, 40)
    many = synchronize(**inputs)
    assert (few.result["changes"], many.result["changes"]) == (0, 0)
    assert many.query_count == few.query_count
    assert Device.objects.count() == 40


# Pure functions


@pytest.mark.parametrize(
    ("name", "position", "convention", "expected"),
    [
        ("GigabitEthernet1/0/1", 2, REPLACE, "GigabitEthernet2/0/1"),
        ("GigabitEthernet1/0/1", 2, COUNT, "GigabitEthernet2/0/1"),
        ("ge-0/0/0", 2, COUNT, "ge-1/0/0"),
        ("ge-0/0/0", 2, REPLACE, "ge-2/0/0"),
        ("ge-0/0/0", 0, COUNT, "ge-0/0/0"),
        ("1/1/49", 3, COUNT, "3/1/49"),
        ("GigabitEthernet1/0/1", None, REPLACE, "GigabitEthernet1/0/1"),
        ("GigabitEthernet1/0/1", 2, TYPE, "GigabitEthernet1/0/1"),
        ("Te{module}/0/1", 2, REPLACE, "Te{module}/0/1"),
        ("Te1/{module}/1", 2, REPLACE, "Te2/{module}/1"),
        ("me0", 2, REPLACE, "me0"),
    ],
)
def test_renumbered(name, position, convention, expected):
    assert renumbered(name, position, convention) == expected


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(st.text(alphabet="0123456789AB/", max_size=4), max_size=4))
def test_rendered_as_nautobot_does(name, positions):
    """The same as Nautobot makes of it, for any text and any chain of bays."""

    class Bay:
        position = parent_module = None

    outer = None
    for position in reversed(positions):
        bay = Bay()
        bay.position = position
        bay.parent_module = type("InnerModule", (), {"parent_module_bay": outer})() if outer else None
        outer = bay
    template = f"{{module}}{name}{{module.parent}}-{{module.parent.parent}}"
    component = type("Component", (), {})()
    component.module = type("InnerModule", (), {"parent_module_bay": outer})() if outer else None
    component.name = template
    models.Interface.render_name_template(component)
    assert rendered(template, [position for position in positions if position]) == component.name


@settings(deadline=None)
@given(
    st.permutations(range(6)),
    st.permutations(range(6)),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(6, 8),
)
def test_moves_never_share_a_slot(here, there, present, moving, size):
    """Every step goes to a free slot; all arrive unless blocked; without a stranger and with room nobody is blocked."""
    taken = {thing: here[thing] for thing in range(present)}
    wanted = {thing: there[thing] for thing in range(min(present, moving))}
    steps, blocked = moves(taken, wanted, range(size))
    where = dict(taken)
    for thing, slot in steps:
        assert slot not in {each for other, each in where.items() if other != thing}
        where[thing] = slot
    for thing, slot in wanted.items():
        assert thing in blocked or where[thing] == slot
    for thing in set(taken) - set(wanted):
        assert where[thing] == taken[thing]
    if set(wanted) == set(taken) and size > present:
        assert blocked == []
    assert moves(where, {thing: wanted[thing] for thing in wanted if thing not in blocked}, range(size)) == ([], [])


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=3), max_size=6),
    st.sets(st.sampled_from("abcdefg")),
)
def test_matches_give_each_away_once(wanted, there):
    wanted = list({names[0]: names for names in wanted}.values())
    found = matches(wanted, {name: name for name in there})
    given_away = [name for name in found if name]
    assert len(given_away) == len(set(given_away))
    for names_of_one, name in zip(wanted, found, strict=True):
        assert name is None or name in names_of_one
        assert name == names_of_one[0] or names_of_one[0] not in there


def test_convention_of_most():
    templates = ["ge-0/0/0", "ge-0/0/1", "ge-0/0/2"]
    assert convention_of(templates, 2, ["ge-1/0/0", "ge-1/0/1", "ge-0/0/2"]) == COUNT
    assert convention_of(templates, 2, ["ge-2/0/0"]) == REPLACE
    assert convention_of(templates, 2, []) == TYPE
    assert convention_of(templates, 2, [], REPLACE) == REPLACE

"""Components that a plan knows before they are there: as Nautobot makes them, and named and changed like anything else."""

import pytest
from nautobot.dcim import models
from nautobot.dcim.models import Device, Interface, Module

from jobs.toolkit.new_components import NewComponents

KINDS = (
    models.ConsolePort,
    models.ConsoleServerPort,
    models.PowerPort,
    models.PowerOutlet,
    models.Interface,
    models.RearPort,
    models.FrontPort,
    models.DeviceBay,
    models.ModuleBay,
)
SKIPPED = {
    "id",
    "created",
    "last_updated",
    "device",
    "module",
    "parent_device",
    "parent_module",
    "power_port",
    "rear_port",
}


@pytest.fixture
def everything(lab):
    """A device type with a template of each kind, in all detail."""
    device_type = lab.device_type("Everything", console=1, power=2, management=1, interfaces=2, bays=2)
    device_type.subdevice_role = "parent"
    device_type.validated_save()
    power = device_type.power_port_templates.get(name="PSU 1")
    power.maximum_draw, power.type, power.label = 100, "iec-60320-c14", "left"
    power.validated_save()
    rear = models.RearPortTemplate(device_type=device_type, name="rear", type="mpo", positions=4)
    rear.validated_save()
    for template in (
        models.ConsoleServerPortTemplate(device_type=device_type, name="line 1", type="rj-45", description="line"),
        models.PowerOutletTemplate(device_type=device_type, name="outlet", power_port_template=power, feed_leg="A"),
        models.FrontPortTemplate(
            device_type=device_type, name="front", type="lc", rear_port_template=rear, rear_port_position=2
        ),
        models.DeviceBayTemplate(device_type=device_type, name="blade 1"),
    ):
        template.validated_save()
    return device_type


def content(obj):
    values = {
        field.name: field.value_from_object(obj) for field in obj._meta.concrete_fields if field.name not in SKIPPED
    }
    links = {name: str(getattr(obj, name, None)) for name in ("power_port", "rear_port")}
    return {**values, **links, "_name": None}


def test_as_nautobot_makes_them(lab, execute, everything):
    device = lab.device("sw-01", everything)

    def planner(plan):
        other = Device(name="sw-02", device_type=everything, role=lab.role, location=lab.site, status=lab.active)
        plan.create(other, reason="test", parts=NewComponents([everything]).of_device(other))

    assert execute(planner).status == "SUCCESS"
    for model in KINDS:
        owner = "parent_device" if model is models.ModuleBay else "device"
        theirs, ours = (
            sorted(repr(content(each)) for each in model.objects.filter(**{owner: pk}))
            for pk in (device.pk, Device.objects.get(name="sw-02").pk)
        )
        assert theirs == ours
        assert theirs


def test_of_modules(lab):
    device = lab.device("sw-01", lab.device_type("Chassis", bays=1))
    module_type = lab.module_type("Card", console=1, power=1, management=2)
    module = lab.module(device, module_type)
    planned = NewComponents([module_type]).of_module(module)
    real = [
        each
        for kind in (models.ConsolePort, models.PowerPort, Interface)
        for each in kind.objects.filter(module=module)
    ]
    assert (
        sorted(part.name for part in planned)
        == sorted(each.name for each in real)
        == sorted(["1/Console 1", "1/PSU 1", "1/mgmt 1", "1/mgmt 2"])
    )
    assert {part.device for part in planned} == {each.device for each in real}


@pytest.fixture
def planner(lab, everything):
    """A function that plans a device and a module, and changes components of both."""
    card = lab.module_type("Card", management=1)

    def make(plan):
        components = NewComponents([everything, card])
        device = Device(name="sw-01", device_type=everything, role=lab.role, location=lab.site, status=lab.active)
        parts = components.of_device(device)
        plan.create(device, reason="test", parts=parts)
        by_name = {part.name: part for part in parts}
        module = Module(module_type=card, parent_module_bay=by_name["Bay 1"], status=lab.active)
        inside = components.of_module(module)
        plan.create(module, reason="test", parts=inside)
        plan.update(by_name["eth 1"], description="first", lag=None, reason="test")
        plan.update(by_name["eth 2"], parent_interface=None, description="second", reason="test")
        plan.update(inside[0], description="on a card", reason="test")

    return make


def test_applied_and_undone(execute, planner, everything, comes_back):
    with comes_back() as applied:
        reviewed = execute(planner, dryrun=True)
        applied.run = run = execute(planner, only_if=reviewed.result["fingerprint"])
        assert run.status == "SUCCESS", run.messages()
        assert run.result["changes"] == 5
        device = Device.objects.get()
        assert {i.name: i.description for i in Interface.objects.all()} == {
            "mgmt 1": "",
            "eth 1": "first",
            "eth 2": "second",
            "1/mgmt 1": "on a card",
        }
        assert device.front_ports.get().rear_port == device.rear_ports.get()
        assert device.power_outlets.get().power_port.name == "PSU 1"


def test_permission_for_what_is_changed(execute, planner, make_user, rows):
    user = make_user(
        permissions={
            "extras.view_jobresult": None,
            "dcim.add_device": None,
            "dcim.add_module": None,
            "dcim.change_interface": {"name__in": ["eth 1", "1/mgmt 1"]},
        }
    )
    before = rows()
    run = execute(planner, user=user)
    assert run.status == "FAILURE"
    assert [text for text in run.messages("failure") if "dcim.change_interface" in text and "eth 2" in text]
    assert rows() == before

"""Designs, deployed: what they create, correct and leave alone."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import Cable, Device, Interface, Location, Module, Rack
from nautobot.extras.models import CustomField, Role, Tag
from nautobot.ipam.models import VLAN, IPAddress, Prefix

from jobs.changes.deploy_design import DeployDesign

BRANCH = {"location_name": "AMS02", "switch_count": 2, "switch_model": "Switch"}


def upload(name, text):
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def deploy(run_job):
    """A function that deploys a design: ``deploy("objects: …", user=None, dryrun=False, site="AMS01")``."""

    def run(text, *, user=None, dryrun=False, **inputs):
        values = {"design_file": upload("design.yml", text), "inputs": inputs, "dryrun": dryrun}
        return run_job(DeployDesign, values, user=user)

    return run


@pytest.fixture
def deployed(deploy, comes_back):
    """A function that deploys a design, sees that a second time changes nothing, and returns the run."""

    def run(text, **inputs):
        found = deploy(text, **inputs)
        assert found.status == "SUCCESS", (found.messages(), found.exception)
        again = deploy(text, **inputs)
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0), again.messages()
        return found

    return run


@pytest.fixture
def refused(deploy, rows):
    """A function that deploys a design that cannot be deployed, and returns what the user is told."""

    def run(text, **inputs):
        before = rows()
        found = deploy(text, **inputs)
        assert (found.exception, found.status) == (None, "FAILURE")
        assert rows() == before
        return "\n".join(found.messages("failure"))

    return run


# The smallest design, by each form of input


def test_new_branch(run_job, lab, comes_back):
    lab.device_type("Switch", interfaces=2)
    with comes_back() as applied:
        run = applied.run = run_job(DeployDesign, {"design": "new_branch", "inputs": BRANCH, "dryrun": False})
        assert run.status == "SUCCESS", run.messages()
        assert run.result["changes"] == 5
        assert Location.objects.get(name="AMS02").status.name == "Planned"
        assert sorted(Device.objects.values_list("name", flat=True)) == ["AMS02-switch1", "AMS02-switch2"]
        assert Device.objects.first().interfaces.count() == 2
        again = run_job(DeployDesign, {"design": "new_branch", "inputs": BRANCH, "dryrun": False})
        assert (again.result["changes"], again.result["unchanged"]) == (0, 5)


def test_inputs_from_a_file(run_job, lab):
    lab.device_type("Switch")
    values = {
        "design": "new_branch",
        "inputs_file": upload("inputs.yml", "location_name: AMS02\nswitch_count: 5\nswitch_model: Switch\n"),
        "inputs": {"switch_count": 3},
        "dryrun": False,
    }
    assert run_job(DeployDesign, values).status == "SUCCESS"
    assert Device.objects.count() == 3


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"design": "new_branch", "design_file": upload("design.yml", "objects: []")},
        {"design": "new_branch", "inputs": [1]},
        {"design": "new_branch", "inputs_file": upload("inputs.yml", "- a")},
        {"design": "new_branch", "inputs_file": upload("inputs.yml", "a: *b")},
    ],
)
def test_bad_request(run_job, lab, rows, values):
    before = rows()
    run = run_job(DeployDesign, {**values, "dryrun": False})
    assert (run.exception, run.status, run.files) == (None, "FAILURE", {})
    assert run.result["refused"]
    assert rows() == before


def test_tells_inputs(run_job, db):
    run = run_job(DeployDesign, {"design": "new_branch", "inputs_only": True})
    assert run.status == "SUCCESS"
    text = run.files["inputs.yml"].decode()
    assert "location_name:" in text
    assert "# switch_count:  # 2" in text


def test_empty_database(run_job, db, rows):
    before = rows()
    run = run_job(DeployDesign, {"design": "new_branch", "inputs": BRANCH, "dryrun": False})
    assert run.status == "FAILURE"
    message = 'new_branch.yml, line 27, objects[3].set.device_type: there is no device type "Switch" that you may view.'
    assert message in run.messages("failure")
    assert rows() == before


def test_drift_is_corrected(run_job, lab):
    lab.device_type("Switch")
    values = {"design": "new_branch", "inputs": BRANCH, "dryrun": False}
    run_job(DeployDesign, values)
    device = Device.objects.get(name="AMS02-switch2")
    device.status, device.serial = lab.active, "1"
    device.validated_save()
    Device.objects.get(name="AMS02-switch1").delete()
    run = run_job(DeployDesign, values)
    assert (run.result["created"], run.result["updated"]) == (1, 1)
    device.refresh_from_db()
    assert (device.status.name, device.serial) == ("Planned", "1")


# What the language can say

SITE = """
inputs: {count: {type: integer, default: 2}}
objects:
  - prefix: 10.0.0.0/16
    set: {type: container, status: Active}
    as: all
  - vlan: {vid: 900, locations: AMS01}
    set: {name: management, status: Active}
  - prefix: {vlan: {vid: 900}}
    set: {prefix: {next: {in: $all, length: 24}}, status: Active}
    as: management
  - ip_address: 10.0.0.1/24
    set: {status: Active, description: gateway}
  - for: {n: "{{ range(1, count + 1) }}"}
    objects:
      - device: {name: "sw-{{ n }}", location: AMS01}
        set: {device_type: Switch, role: Switch, status: Active}
        as: "switch {{ n }}"
      - interface: {device: "$switch {{ n }}", name: eth 1}
        set: {description: to the next, enabled: false}
      - ip_address: {interfaces: {device: {name: "sw-{{ n }}"}, name: mgmt 1}}
        set: {address: {next: {in: $management}}, status: Active}
        as: "address {{ n }}"
      - device: "$switch {{ n }}"
        set: {primary_ip4: "$address {{ n }}"}
  - cable:
      a: {interface: {device: sw-1, name: eth 1}}
      b: {interface: {device: sw-2, name: eth 1}}
    set: {status: Connected, label: L1}
"""


def test_components_addresses_and_cables(deploy, lab, comes_back):
    lab.device_type("Switch", interfaces=1, management=1)
    with comes_back() as applied:
        applied.run = deploy(SITE)
        assert applied.run.status == "SUCCESS", applied.run.messages()
        assert str(Prefix.objects.get(vlan__vid=900).prefix) == "10.0.0.0/24"
        assert {d.name: str(d.primary_ip4) for d in Device.objects.all()} == {
            "sw-1": "10.0.0.2/24",
            "sw-2": "10.0.0.3/24",
        }
        assert Cable.objects.get().label == "L1"
        assert {i.description for i in Interface.objects.filter(name="eth 1", enabled=False)} == {"to the next"}
        again = deploy(SITE)
        assert again.result["changes"] == 0
        more = deploy(SITE, count=3)
        assert (more.result["created"], more.result["updated"]) == (3, 2)
        assert str(Device.objects.get(name="sw-3").primary_ip4) == "10.0.0.4/24"
        assert Device.objects.get(name="sw-3").delete()
        IPAddress.objects.get(host="10.0.0.4").delete()


def test_dry_run_and_fingerprint(deploy, lab, rows):
    lab.device_type("Switch", interfaces=1, management=1)
    before = rows()
    first, second = deploy(SITE, dryrun=True), deploy(SITE, dryrun=True)
    assert rows() == before
    assert first.result["changes"] == 15
    assert first.result["fingerprint"] == second.result["fingerprint"]


def test_next_networks_skip_what_is_taken(deployed, lab):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24")
    deployed(
        """
objects:
  - for: {name: [a, b]}
    prefix: {description: "{{ name }}", type: network}
    set: {prefix: {next: {in: 10.0.0.0/16, length: 24}}, status: Active}
  - prefix: 10.0.2.0/24
    set: {status: Reserved}
  - prefix: {description: part}
    set: {prefix: {next: {in: {description: a}, length: 28}}, status: Active}
"""
    )
    assert sorted(map(str, Prefix.objects.values_list("network", flat=True))) == [
        "10.0.0.0",
        "10.0.0.0",
        "10.0.0.0",
        "10.0.1.0",
        "10.0.2.0",
        "10.0.3.0",
    ]


def test_length_of_an_address(deploy, lab):
    lab.prefix("10.0.0.0/24")
    lab.force(lab.host("10.0.0.1/24"), mask_length=32)
    for written, length in (("10.0.0.1", 32), ("10.0.0.1/24", 24), ("{address: 10.0.0.1/25}", 25)):
        run = deploy(f"objects: [{{ip_address: {written}, set: {{status: Active}}}}]")
        assert run.status == "SUCCESS", run.messages()
        assert IPAddress.objects.get().mask_length == length


def test_namespaces(deployed, lab):
    lab.prefix("10.0.0.0/24")
    deployed(
        """
objects:
  - namespace: Guest
    as: guest
  - prefix: {prefix: 10.0.0.0/24, namespace: $guest}
    set: {status: Active}
    as: net
  - ip_address: {description: first}
    set: {address: {next: {in: $net}}, status: Active}
  - ip_address: {address: 10.0.0.9/24, namespace: Guest}
    set: {status: Active}
  - ip_address: 10.0.0.9/24
    set: {status: Active}
"""
    )
    found = IPAddress.objects.order_by("host", "parent__namespace__name")
    assert [(str(each.host), each.parent.namespace.name) for each in found] == [
        ("10.0.0.1", "Guest"),
        ("10.0.0.9", "Global"),
        ("10.0.0.9", "Guest"),
    ]


def test_lists_are_exact_below_set_and_grow_below_add(deploy, deployed, lab):
    device = lab.device("sw-01", lab.device_type("Switch"))
    for name in ("a", "b", "c"):
        Tag.objects.create(name=name).content_types.add(ContentType.objects.get_for_model(Device))
    device.tags.add(Tag.objects.get(name="a"))
    deployed("objects: [{device: sw-01, add: {tags: [b]}}]")
    assert {tag.name for tag in device.tags.all()} == {"a", "b"}
    deployed("objects: [{device: sw-01, set: {tags: [c]}}]")
    assert {tag.name for tag in device.tags.all()} == {"c"}
    address = lab.address("192.0.2.1/24", lab.interface(device, "lo0"))
    lab.interface(device, "lo1")
    text = "objects: [{{ip_address: 192.0.2.1/24, {}: {{interfaces: [{{device: sw-01, name: lo1}}]}}}}]"
    deployed(text.format("add"))
    assert address.interfaces.count() == 2
    deployed(text.format("set"))
    assert address.interfaces.get().name == "lo1"


def test_custom_fields_roles_and_modules(deployed, lab):
    field = CustomField.objects.create(key="owner", label="Owner", type="text")
    field.content_types.add(ContentType.objects.get_for_model(Device))
    lab.device_type("Chassis", bays=1)
    lab.module_type("Card", management=1)
    deployed(
        """
objects:
  - role: Spine
    set: {color: ff0000, content_types: [dcim.device]}
  - device: sp-01
    set: {location: AMS01, device_type: Chassis, role: Spine, status: Active, custom_fields: {owner: me}}
    as: chassis
  - module: {parent_module_bay: {parent_device: $chassis, name: Bay 1}}
    set: {module_type: Card, status: Active}
    as: card
  - interface: {module: $card, name: 1/mgmt 1}
    set: {description: on a card}
"""
    )
    assert Device.objects.get().cf["owner"] == "me"
    assert Module.objects.get().interfaces.get().description == "on a card"
    assert Role.objects.get(name="Spine").content_types.get().model == "device"


def test_types_and_what_comes_of_them(deployed, lab):
    """A type with its components, changed and new, is used in the same design."""
    lab.device_type("Old", interfaces=1)
    deployed(
        """
objects:
  - device_type: {manufacturer: Maker, model: New}
    as: new
  - interface_template: {device_type: $new, name: Gi1/0/1}
    set: {type: 1000base-t}
  - power_port_template: {device_type: $new, name: In}
    set: {type: iec-60320-c14}
    as: inlet
  - power_outlet_template: {device_type: $new, name: Out 2}
    set: {power_port_template: $inlet}
  - interface_template: {device_type: Old, name: eth 1}
    set: {type: 10gbase-t}
  - interface_template: {device_type: Old, name: eth 2}
    set: {type: 1000base-t, mgmt_only: true}
  - for: {each: [[sw-1, New], [sw-2, Old]]}
    device: {name: "{{ each[0] }}"}
    set: {location: AMS01, device_type: "{{ each[1] }}", role: Switch, status: Active}
    rename: "{{ {'from': 'Gi1/', 'to': 'Gi2/'} if each[0] == 'sw-1' else none }}"
  - interface: {device: sw-1, name: Gi2/0/1}
    set: {description: renamed}
"""
    )
    first, second = Device.objects.order_by("name")
    assert first.interfaces.get().description == "renamed"
    assert first.power_outlets.get().power_port == first.power_ports.get()
    assert list(second.interfaces.order_by("name").values_list("name", "type", "mgmt_only")) == [
        ("eth 1", "10gbase-t", False),
        ("eth 2", "1000base-t", True),
    ]


def test_stack(deployed, lab, comes_back):
    lab.device_type("Switch")
    deployed(
        """
objects:
  - virtual_chassis: stack
    as: stack
  - for: {n: [1, 2]}
    device: {name: "sw-{{ n }}"}
    set: {location: AMS01, device_type: Switch, role: Switch, status: Active, virtual_chassis: $stack, vc_position: "{{ n }}"}
    as: "sw {{ n }}"
  - virtual_chassis: $stack
    set: {master: $sw 1}
"""
    )
    assert Device.objects.get(name="sw-1").virtual_chassis.master.name == "sw-1"


def test_circuit(deployed, lab):
    lab.circuit("C1")
    lab.device("r1", lab.device_type("Router", interfaces=1))
    deployed(
        """
objects:
  - circuit_termination: {circuit: C1, term_side: A}
    set: {location: AMS01}
    as: end
  - cable: {a: {circuit_termination: $end}, b: {interface: {device: r1, name: eth 1}}}
    set: {status: Connected}
"""
    )
    assert CircuitTermination.objects.get().location.name == "AMS01"


# What is refused

WRONG = {
    "objects: [{device: sw-09, set: {location: X, role: Y}}]": [
        'design.yml, line 1, objects[0].set.location: there is no location "X"',
        'design.yml, line 1, objects[0].set.role: there is no role "Y"',
    ],
    "objects: [{device: sw-01, set: {nothing: 1}}]": ["objects[0].set.nothing: a device has no field nothing"],
    "objects: [{device: {nothing: 1}}]": ["objects[0].device.nothing: a device has no field nothing"],
    "objects: [{device: sw-01, set: {id: 1}}]": ["has no field id"],
    "objects: [{device: sw-01, set: {position: high}}]": ["set.position: 'high' does not fit"],
    "objects: [{device: sw-01, set: {rack: $rack}}, {rack: A, as: rack}]": ["no entry before this one is named $rack"],
    "objects: [{rack: A, as: a}, {device: sw-01, set: {location: $a}}]": ["$a is a rack; a location is needed"],
    "objects: [{rack: A, as: a}, {rack: B, as: a}]": ["there are two objects named $a"],
    "objects: [{device: sw-01, set: {rack: [A]}}]": ["objects[0].set.rack: a rack is needed here"],
    "objects: [{interface: eth 1, set: {mtu: 9000}}]": ["2 objects are called so"],
    "objects: [{cable: {a: {interface: x}}}]": ["a cable has two ends"],
    "objects: [{cable: {a: {device: x}, b: {interface: x}}}]": ["an end is one of"],
    "objects: [{cable: {a: {interface: {device: sw-01, name: eth 1}}, b: {interface: {device: sw-02, name: eth 2}}}}]": [
        "has another cable already"
    ],
    "objects: [{prefix: {description: x}, set: {prefix: {next: {in: 192.0.2.0/24, length: 24}}}}]": [
        'there is no prefix "192.0.2.0/24"'
    ],
    "objects: [{prefix: {description: x}, set: {prefix: {next: {in: 10.0.0.0/30, length: 30}}}}]": [
        "prefix 10.0.0.0/30 has no free prefix of length 30"
    ],
    "objects: [{device: sw-01, set: {name: {next: {in: 10.0.0.0/30}}}}]": ["“next:” is for"],
    "objects: [{role: x, set: {content_types: [dcim.nothing]}}]": ['there is no model "dcim.nothing"'],
    "objects: [{device: sw-01, set: {tags: []}, add: {tags: []}}]": ["not below both"],
    "objects: [{location: {name: A, location_type: Site}, set: {parent: EMEA}}]": ["status"],
    "objects: [{rack: A, rename: {from: a, to: b}}]": ["objects[0].rename: “rename:” is for a device or a module"],
    "objects: [{device: A, rename: [a, b]}]": ["has two texts"],
    "objects: [{device: A, set: {location: AMS01, device_type: Switch, role: Switch, status: Active}, rename: {from: a, to: b}}]": [
        "objects[0].rename: no component that comes with it has “a” in its name"
    ],
}


@pytest.mark.parametrize(("text", "told"), WRONG.items())
def test_refused(refused, lab, text, told):
    device_type = lab.device_type("Switch", interfaces=2)
    first, second = lab.device("sw-01", device_type), lab.device("sw-02", device_type)
    lab.cable(first.interfaces.get(name="eth 1"), second.interfaces.get(name="eth 1"))
    lab.prefix("10.0.0.0/30")
    found = refused(text)
    assert [each for each in told if each not in found] == []


def test_what_depends_on_what_is_wrong_is_not_told(refused, lab):
    found = refused("objects: [{rack: A, set: {location: X}, as: a}, {device: sw-01, set: {rack: $a}}]")
    assert "location" in found
    assert "device" not in found


# Permissions

NEEDED = {"dcim.view_location": None, "dcim.view_rack": None, "dcim.add_rack": None}
RACK = "objects: [{rack: {name: A, location: AMS01}, set: {status: Active}}]"


def test_permissions_are_enough(deploy, lab, make_user):
    lab.rack("other")
    run = deploy(RACK, user=make_user(permissions=NEEDED))
    assert run.status == "SUCCESS", run.messages()
    assert Rack.objects.filter(name="A").exists()


@pytest.mark.parametrize("missing", NEEDED)
def test_permission_missing(deploy, lab, make_user, rows, missing):
    lab.rack("other")
    user = make_user(permissions={name: None for name in NEEDED if name != missing})
    before = rows()
    run = deploy(RACK, user=user)
    assert (run.exception, run.status, run.files) == (None, "FAILURE", {})
    assert missing in run.result["refused"]
    assert rows() == before


@pytest.mark.parametrize(
    "limited", [{"dcim.add_rack": {"name": "B"}}, {"dcim.view_location": {"name": "B"}}], ids=["after", "reference"]
)
def test_permission_with_constraints(deploy, lab, make_user, rows, limited):
    lab.rack("other")
    user = make_user(permissions={**NEEDED, **limited})
    before = rows()
    run = deploy(RACK, user=user)
    assert (run.exception, run.status) == (None, "FAILURE")
    assert rows() == before


def test_permission_to_change_this_object(deploy, lab, make_user, rows):
    lab.rack("A", status=lab.status("Planned"))
    user = make_user(permissions={**NEEDED, "dcim.change_rack": {"name": "B"}})
    before = rows()
    assert deploy(RACK, user=user).status == "FAILURE"
    assert rows() == before


# Size


def test_queries_do_not_grow(deploy, lab):
    lab.device_type("Switch", interfaces=1, management=1)
    text = SITE.replace("  - cable:", "  - when: false\n    cable:")

    def count(number):
        deploy(text, count=number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert deploy(text, count=number).result["changes"] == 0
        return len(queries)

    assert count(16) == count(4)


def test_lists_of_vlans(deployed, lab):
    deployed(
        """
objects:
  - for: {vid: "{{ range(100, 110) }}"}
    vlan: {vid: "{{ vid }}", locations: AMS01}
    set: {name: "vlan {{ vid }}", status: Active}
"""
    )
    assert VLAN.objects.filter(locations__name="AMS01").count() == 10

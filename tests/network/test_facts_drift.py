"""Facts drift: what simulated devices say of themselves against what Nautobot has, and corrections as a plan."""

import json

import pytest
from answers import JUNOS_CHASSIS, JUNOS_UNIT, eos_port, ios_port, junos_port
from nautobot.dcim.models import Device, Interface, SoftwareVersion
from nautobot.extras.models import Role
from simulated_devices import PASSWORD

from jobs.network.facts_drift import FactsDrift
from jobs.network.facts_rules import RULES
from jobs.toolkit.configured import configured as configured_of
from jobs.toolkit.configured import relevant

NEEDED = {
    "dcim.view_device": None,
    "dcim.view_interface": None,
    "ipam.view_ipaddress": None,
    "extras.view_secretsgroup": None,
}
FILES = {"report.html", "findings.csv", "findings.json"}
PLAN = {"plan.html", "plan.csv", "plan.json"}


@pytest.fixture
def drift(run_job, network):
    def run(user=None, **inputs):
        values = {"everything": True, "port": network.port or None, "device_seconds": 5, "dryrun": False}
        return run_job(FactsDrift, {**values, **inputs}, user=user)

    return run


@pytest.fixture
def switch(network, simulated, lab):
    """A function that makes an IOS switch that is as Nautobot has it: name "sw", one port with address, one without."""

    def run(name="sw", **ports):
        (device,) = simulated(name=name)
        mine = f"{device.address}/32"
        ports = {"Gi1/0/1": {}, "Management": {"address": mine, "mac": "0011.2233.4456"}, **ports}
        device.answers["show interfaces"] = "".join(ios_port(port, **values) for port, values in ports.items())
        (record,) = network.add(device)
        lab.interface(record, "GigabitEthernet1/0/1", type="1000base-t")
        version, _ = SoftwareVersion.objects.get_or_create(
            platform=record.platform, version="15.2(7)E3", defaults={"status": lab.active}
        )
        lab.force(record, serial="FOC1234X5YZ", software_version=version)
        lab.force(record.device_type, part_number="WS-C2960X-48TS-L")
        return device, record

    return run


def findings(run):
    return {(each["check"], each["key"]) for each in json.loads(run.files["findings.json"])["findings"]}


def test_nothing_differs(drift, switch, rows):
    switch()
    before = rows()
    run = drift()
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    assert findings(run) == set()
    assert (run.result["findings"], run.result["answered"], run.result["changes"]) == (0, 1, 0)
    assert rows() == before


def test_each_difference(drift, switch, lab):
    _, record = switch(
        **{
            "Gi1/0/1": {
                "enabled": False,
                "mtu": 9000,
                "description": "uplink",
                "mac": "aaaa.bbbb.cccc",
                "address": "192.0.2.9/24",
            },
            "Gi1/0/2": {},
            "Gi1/0/4": {},
        }
    )
    lab.interface(record, "GigabitEthernet1/0/4", type="1000base-t", speed=100_000)
    lab.interface(record, "GigabitEthernet1/0/3")
    port = record.interfaces.get(name="GigabitEthernet1/0/1")
    lab.force(port, mtu=1500, mac_address="00:11:22:33:44:55", description="downlink")
    lab.force(record, serial="OTHER", software_version=None, name="other")
    lab.force(record.device_type, model="other", part_number="")
    run = drift(fail_at="high")
    assert {check for check, _ in findings(run)} == {rule.id for rule in RULES}
    assert ("NET-FACTS-006", "GigabitEthernet1/0/3") in findings(run)
    assert run.status == "FAILURE"
    assert run.result["severities"]["high"] == 3
    report = run.files["report.html"].decode()
    assert "FOC1234X5YZ" in report


@pytest.mark.parametrize("dialect", ["eos", "junos"])
def test_other_dialects(drift, network, simulated, lab, dialect):
    (device,) = simulated(name="r1", dialect=dialect)
    if dialect == "eos":
        device.answers["show hostname"] = "Hostname: r1\nFQDN:     r1.example.com\n"
        device.answers["show interfaces"] = eos_port("Ethernet1", mtu=9214, description="x") + eos_port("Ethernet2")
    else:
        device.answers["show chassis hardware"] = JUNOS_CHASSIS
        device.answers["show interfaces"] = junos_port("ge-0/0/0", enabled=False) + junos_port("ge-0/0/1")
    (record,) = network.add(device)
    lab.interface(record, "Et1" if dialect == "eos" else "ge-0/0/0", mtu=1500)
    run = drift()
    assert (run.status, run.result["causes"]) == ("SUCCESS", {})
    found = findings(run)
    assert {"NET-FACTS-001", "NET-FACTS-002", "NET-FACTS-003", "NET-FACTS-005"} <= {check for check, _ in found}
    if dialect == "eos":
        assert {("NET-FACTS-008", "Et1"), ("NET-FACTS-009", "Et1")} <= found
    else:
        assert {("NET-FACTS-007", "ge-0/0/0"), ("NET-FACTS-008", "ge-0/0/0")} <= found
        assert not any(check == "NET-FACTS-010" for check, _ in found)


def test_corrections(drift, switch, lab, rows):
    device, record = switch(**{"Gi1/0/1": {"enabled": False, "description": "uplink", "mtu": 9000}})
    port = record.interfaces.get(name="GigabitEthernet1/0/1")
    lab.force(port, mtu=1500)
    lab.force(record, serial="OTHER", software_version=None)
    wanted = ["serial", "software_version", "enabled", "mtu", "description"]
    before = rows()
    dry = drift(correct=wanted, dryrun=True)
    assert rows() == before
    assert (dry.status, dry.result["changes"], dry.result["applied"]) == ("SUCCESS", 2, False)

    run = drift(correct=wanted, only_if=dry.result["fingerprint"])
    assert (run.status, run.result["changes"], run.result["applied"]) == ("SUCCESS", 2, True)
    assert set(run.files) == FILES | PLAN | {"undo.json"}
    record, port = Device.objects.get(pk=record.pk), Interface.objects.get(pk=port.pk)
    assert (record.serial, record.software_version.version) == ("FOC1234X5YZ", "15.2(7)E3")
    assert (port.enabled, port.mtu, port.description) == (False, 9000, "uplink")
    again = drift(correct=wanted)
    assert (again.result["changes"], again.result["findings"], again.result["fixed"]) == (0, 0, 5)
    assert not device.configured


IOS_CONFIGURATION = """Building configuration...
hostname sw
enable secret 5 canary-c0nfigured
interface GigabitEthernet1/0/1
 description password canary-c0nfigured
 ip address 192.0.2.1 255.255.255.0
 ip address 192.0.2.5 255.255.255.0 secondary
 ipv6 address FE80::1 link-local
 ipv6 address 2001:DB8:0::1/64
 standby 1 authentication md5 key-string canary-c0nfigured
!
interface Management
 ip address dhcp
 ipv6 address 2001:db8:2::/64 eui-64
router bgp 64500
 ip address 198.51.100.1 255.255.255.0
end
"""


@pytest.fixture
def configured(switch, lab):
    """A switch whose port is as Nautobot has it: a first, a second and an IPv6 address, all in its configuration."""
    device, record = switch(**{"Gi1/0/1": {"address": "192.0.2.1/24"}})
    device.answers["show running-config"] = IOS_CONFIGURATION
    port = record.interfaces.get(name="GigabitEthernet1/0/1")
    for text in ("192.0.2.1/24", "192.0.2.5/24", "2001:db8::1/64"):
        lab.address(text, port)
    return device, record, port


def test_all_addresses_of_a_configuration(drift, configured):
    run = drift()
    assert (run.status, run.result["causes"], findings(run)) == ("SUCCESS", {}, set())
    assert not any(b"c0nfigured" in content for content in run.files.values())


@pytest.mark.parametrize(
    ("text", "role", "found"),
    [
        ("192.0.2.6/24", None, True),
        ("2001:db8::2/64", None, True),
        ("192.0.2.6/24", "VRRP", False),  # another router may have it now
        ("192.0.2.6/24", "Secondary", True),
        ("fe80::1/64", None, False),
        ("169.254.10.2/30", None, True),  # of a tunnel
    ],
)
def test_addresses_that_the_device_has_not(drift, configured, lab, text, role, found):
    _, _, port = configured
    for start, network in (("fe80", "fe80::/64"), ("169", "169.254.10.0/30")):
        if text.startswith(start):
            lab.prefix(network)
    lab.address(text, port, **({"role": Role.objects.get(name=role)} if role else {}))
    assert (("NET-FACTS-011", port.name) in findings(drift())) is found


@pytest.mark.parametrize("text", ["192.0.2.5/24", "2001:db8::1/64"])
def test_addresses_that_nautobot_has_not(drift, configured, text):
    _, _, port = configured
    port.ip_address_assignments.get(ip_address__host=text.split("/")[0]).delete()
    run = drift()
    assert findings(run) == {("NET-FACTS-011", port.name)}
    assert text in run.files["report.html"].decode()


def test_addresses_that_are_given_out_are_not_missed(drift, configured, lab):
    """The configuration does not have them: by DHCP, and by the hardware's address."""
    _, record, _ = configured
    port = record.interfaces.get(name="Management")
    for text in ("192.0.2.7/24", "2001:db8::7/64"):
        lab.address(text, port)
    assert findings(drift()) == set()


def test_addresses_that_nobody_has_given_out_yet_are_not_missed(drift, configured, lab):
    device, _, port = configured
    device.answers["show interfaces"] = device.answers["show interfaces"].replace(
        "Internet address is 192.0.2.1/24", "Internet address will be negotiated using DHCP"
    )
    device.answers["show running-config"] = (
        f"interface {port.name}\n ip address dhcp\n ipv6 address autoconfig\ninterface Management\n ip address dhcp\n"
    )
    assert findings(drift()) == set()


def test_a_configuration_that_is_shown_in_part(drift, configured, lab):
    """As to an account of a lower privilege: the interface is named, and its addresses are not."""
    device, _, port = configured
    device.answers["show running-config"] = f"interface {port.name}\ninterface Management\n"
    assert findings(drift()) == set()


def test_a_tunnel_that_is_as_it_should_be(drift, switch, lab):
    _, record = switch(**{"Gi1/0/1": {"address": "169.254.10.2/30"}})
    lab.prefix("169.254.10.0/30")
    lab.address("169.254.10.2/30", record.interfaces.get(name="GigabitEthernet1/0/1"))
    assert findings(drift()) == set()


def test_a_configuration_that_takes_too_long(drift, configured):
    device, _, _ = configured
    device.answers["show running-config"] = "x" * 99 + "\n" * 10_000_000
    run = drift()
    assert (run.status, run.result["answered"], run.result["causes"]) == ("FAILURE", 0, {"incomplete": 1})
    assert findings(run) == set()  # what the interfaces show is known all the same


JUNOS_CASES = """set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.2/24 vrrp-group 1 authentication-key "$9$canary"
set interfaces ge-0/0/0 unit 0 family inet6 address 2001:db8::/64 eui-64
set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.3/24
deactivate interfaces ge-0/0/1 unit 0 family inet address 192.0.2.3/24
set interfaces ge-0/0/2 unit 0 family inet negotiate-address
set interfaces ge-0/0/3 unit 0 description "nothing left"
set system root-authentication encrypted-password canary
"""


def test_what_junos_configures():
    text = relevant("juniper_junos", JUNOS_CASES)
    assert "canary" not in text
    found = configured_of("juniper_junos", text)
    assert {name: (port.addresses, port.open) for name, port in found.items()} == {
        "ge-0/0/0.0": ({"192.0.2.2/24"}, {6}),
        "ge-0/0/1.0": (set(), {4}),  # it may be activated again
        "ge-0/0/2.0": (set(), {4}),
        "ge-0/0/3.0": (set(), set()),
    }


@pytest.mark.parametrize(("password", "causes"), [("admin", {}), ("administratively", {"incomplete": 1})])
def test_a_secret_that_is_a_part_of_what_devices_say_changes_no_fact(drift, switch, lab, monkeypatch, password, causes):
    """A port that is shut is neither "istratively down" nor "down": what has lost a word is not understood at all."""
    device, record = switch(**{"Gi1/0/1": {"enabled": False}})
    monkeypatch.setenv("TEST_DEVICE_PASSWORD", password)
    device.password = password
    lab.force(record.interfaces.get(name="GigabitEthernet1/0/1"), enabled=False)
    run = drift(correct=["enabled"])
    assert (run.result["changes"], findings(run), run.result["causes"]) == (0, set(), causes)


def test_a_configuration_that_is_not_shown(drift, configured, lab):
    """Then the first IPv4 address is all that is known."""
    device, _, port = configured
    del device.answers["show running-config"]
    lab.address("2001:db8::2/64", port)
    run = drift()
    assert (run.status, run.result["causes"], findings(run)) == ("SUCCESS", {}, set())
    port.ip_address_assignments.get(ip_address__host="192.0.2.1").delete()
    assert findings(drift()) == {("NET-FACTS-011", port.name)}


@pytest.mark.parametrize("dialect", ["eos", "junos"])
def test_addresses_in_other_dialects(drift, network, simulated, lab, dialect):
    (device,) = simulated(name="r1", dialect=dialect)
    if dialect == "eos":
        name = "Ethernet1"
        device.answers["show hostname"] = "Hostname: r1\nFQDN:     r1.example.com\n"
        device.answers["show interfaces"] = eos_port(name, address="192.0.2.1/24")
        lines = "ip address 192.0.2.1/24", "ip address 192.0.2.5/24 secondary", "ipv6 address 2001:db8::1/64"
        device.answers["show running-config"] = f"interface {name}\n" + "".join(f"   {line}\n" for line in lines)
    else:
        name = "ge-0/0/0.0"
        device.answers["show chassis hardware"] = JUNOS_CHASSIS
        device.answers["show interfaces"] = junos_port("ge-0/0/0").rstrip() + "\n\n" + JUNOS_UNIT.format(name=name)
        unit = "set interfaces ge-0/0/0 unit 0 family"
        lines = "inet address 192.0.2.1/24 primary", "inet address 192.0.2.5/24", "inet6 address 2001:db8::1/64"
        device.answers["show configuration interfaces | display set"] = "".join(f"{unit} {line}\n" for line in lines)
    (record,) = network.add(device)
    port = lab.interface(record, name)
    texts = ("192.0.2.1/24", "192.0.2.5/24", "2001:db8::1/64")
    for text in texts:
        lab.address(text, port)
    run = drift()
    assert (run.status, run.result["causes"]) == ("SUCCESS", {})
    assert ("NET-FACTS-011", name) not in findings(run)
    for text in texts[1:]:
        port.ip_address_assignments.get(ip_address__host=text.split("/")[0]).delete()
        assert ("NET-FACTS-011", name) in findings(drift())


def test_speed(drift, switch, lab):
    """Where Nautobot has one, and the interface is up: what a port without a partner would do says nothing."""
    _, record = switch(**{f"Gi1/0/{number}": {"up": number != 3} for number in range(2, 5)})
    slow, down, silent = (
        lab.interface(record, f"GigabitEthernet1/0/{number}", type="1000base-t", speed=speed)
        for number, speed in ((2, 100_000), (3, 100_000), (4, None))
    )
    assert findings(drift()) == {("NET-FACTS-012", "GigabitEthernet1/0/2")}
    run = drift(correct=["speed"])
    assert (run.status, run.result["changes"]) == ("SUCCESS", 1)
    assert [Interface.objects.get(pk=port.pk).speed for port in (slow, down, silent)] == [1_000_000, 100_000, None]


def test_corrections_can_be_undone(drift, switch, lab, comes_back):
    _, record = switch(**{"Gi1/0/1": {"enabled": False, "description": "uplink"}})
    lab.force(record, serial="OTHER", software_version=None)
    with comes_back() as applied:
        applied.run = drift(correct=["serial", "software_version", "enabled", "description"])


def test_only_what_is_selected_is_corrected(drift, switch, lab):
    _, record = switch(**{"Gi1/0/1": {"description": "uplink"}})
    lab.force(record, serial="OTHER")
    run = drift(correct=["description"])
    assert (run.status, run.result["changes"]) == ("SUCCESS", 1)
    assert Device.objects.get(pk=record.pk).serial == "OTHER"


def test_software_version_that_nautobot_does_not_have(drift, switch, lab):
    _, record = switch()
    lab.force(record, software_version=None)
    SoftwareVersion.objects.all().delete()
    run = drift(correct=["software_version"])
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)
    assert "15.2(7)E3" in run.files["plan.html"].decode()


def test_secrets_that_a_device_repeats_are_not_stored(drift, switch, lab):
    switch(**{"Gi1/0/1": {"description": f"password {PASSWORD}"}})
    run = drift(correct=["description"])
    assert (run.result["changes"], ("NET-FACTS-009", "GigabitEthernet1/0/1") in findings(run)) == (0, True)
    assert not Interface.objects.filter(description__contains="canary").exists()
    assert not any(b"canary" in content for content in run.files.values())


def test_devices_that_do_not_answer_keep_their_findings(drift, switch, lab):
    device, record = switch()
    lab.force(record, serial="OTHER")
    assert drift().result["findings"] == 1
    device.password = "another"
    run = drift()
    assert (run.status, run.result["findings"], run.result["fixed"]) == ("FAILURE", 0, 0)


def test_answers_that_cannot_be_understood(drift, switch):
    device, _ = switch()
    device.answers = {"show version": "?!\n", "show interfaces": "?!\n"}
    run = drift()
    assert (run.status, run.exception, run.result["causes"]) == ("FAILURE", None, {"incomplete": 1})
    assert findings(run) == set()


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(drift, switch, make_user, missing):
    device, _ = switch()
    run = drift(user=make_user(permissions={name: None for name in NEEDED if name != missing}))
    assert (run.status, run.exception, run.files, device.logins) == ("FAILURE", None, {}, 0)
    assert missing in run.result["refused"]


def test_who_may_correct(drift, switch, lab, make_user, rows):
    device, _ = switch(**{"Gi1/0/1": {"description": "uplink"}})
    user = make_user(permissions=NEEDED)
    other = make_user("other", permissions={**NEEDED, "dcim.change_interface": {"name": "another"}})
    before = rows()
    run = drift(user=user, correct=["description"])
    assert (run.status, run.files, device.logins) == ("FAILURE", {}, 0)
    assert "dcim.change_interface" in run.result["refused"]
    run = drift(user=other, correct=["description"])
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert rows() == before


def test_empty_database(run_job, db):
    run = run_job(FactsDrift, {"everything": True, "dryrun": False})
    assert (run.status, run.result["findings"], set(run.files)) == ("SUCCESS", 0, FILES)


def test_number_of_queries_is_constant(run_job, network, simulated, lab):
    counts = []
    for number in (5, 20):
        for device in simulated(number):
            device.answers["show interfaces"] = ios_port("Gi1/0/1", description="x") + ios_port("Gi1/0/2", mtu=9000)
            (record,) = network.add(device)
            lab.interface(record, "Gi1/0/1")
        for _ in range(2):
            run = run_job(FactsDrift, {"everything": True, "port": network.port, "at_once": 50})
        assert run.result["answered"] in (5, 25)
        counts.append(run.query_count)
    assert counts[0] == counts[1]

"""Each format is read back by a parser of its own; whatever a device is called, it stays one host and harms nothing."""

import csv
import io
import ipaddress
import json
import re

import pytest
import yaml

from jobs.automation import inventory_formats
from jobs.automation.export_inventory import ExportInventory
from jobs.automation.inventory_formats import yaml_value

ALL_TEXT = ["ansible", "prometheus", "hosts", "zone", "addresses", "asa", "junos", "nftables", "csv"]
VIEW = {"dcim.view_device": None, "ipam.view_ipaddress": None}
HOSTILE = [
    "{{ lookup('pipe', 'id') }}",
    "a\tb: #c",
    "web[1:3]",
    "10.0.0.9 evil.example.com",
    "=cmd|' /C calc'!A0",
    '"quoted" \\ back',
    "all",
    "ümläut 日本",
    "x" * 200,
    "-",
    "host:2222",
    "a.b..c",
    "; DROP\u2028$INCLUDE /etc/passwd",
    "}\n elements = { 0.0.0.0/0",
    "\U0001f525",
]
# RFC 952 and 1123.
DNS = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")


class Loader(yaml.SafeLoader):
    """As Ansible's, which knows one tag more, and refuses what it has twice."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return super().construct_mapping(node, deep)


class Unsafe(str):
    __slots__ = ()


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


@pytest.fixture
def addressed(lab):
    """A function that makes a device with primary addresses."""
    lab.prefix("192.0.2.0/24")
    lab.prefix("2001:db8::/64")
    kind = lab.device_type("Switch")
    made = []

    def make(name, *addresses, **values):
        device = lab.device(name, kind, **values)
        interface = lab.interface(device, "lo0")
        for text in addresses:
            setattr(device, "primary_ip6" if ":" in text else "primary_ip4", lab.host(text, interface))
        device.validated_save()
        made.append(device)
        return device

    return make


@pytest.fixture
def export(run_job):
    def run(*formats, user=None, **inputs):
        scope = {} if {"locations", "roles", "statuses"} & set(inputs) else {"everything": True}
        return run_job(
            ExportInventory, {"formats": list(formats), "domain": "net.example.com", **scope, **inputs}, user=user
        )

    return run


def text(run, name):
    return run.files[name].decode()


def ansible(run):
    return yaml.load(text(run, "inventory.yml"), Loader)["all"]  # noqa: S506  (a safe loader, with a tag more)


def members(group):
    """All hosts of a group, as Ansible counts them."""
    found = set(group.get("hosts") or {})
    for child in (group.get("children") or {}).values():
        found |= members(child)
    return found


def groups(group):
    for name, child in (group.get("children") or {}).items():
        yield name, members(child)
        yield from groups(child)


def test_ansible(export, addressed, lab):
    from nautobot.dcim.models import Platform

    platform = Platform(name="IOS", network_driver="cisco_ios")
    platform.validated_save()
    addressed("sw-01", "192.0.2.1/24", "2001:db8::1/64", platform=platform, tenant=lab.tenant("Blue"), serial="S1")
    addressed("sw-02", location=lab.location("LON01"))
    run = export("ansible")
    assert (run.status, run.result) == ("SUCCESS", {"hosts": 2, "without_address": 1})
    found = ansible(run)
    host = found["hosts"]["sw-01"]
    assert (host["ansible_host"], host["ansible_network_os"]) == ("192.0.2.1", "cisco.ios.ios")
    assert (host["nautobot_location"], host["nautobot_serial"]) == ("EMEA / AMS01", "S1")
    assert "ansible_host" not in found["hosts"]["sw-02"]
    assert dict(groups(found)) == {
        "location_emea": {"sw-01", "sw-02"},
        "location_ams01": {"sw-01"},
        "location_lon01": {"sw-02"},
        "role_switch": {"sw-01", "sw-02"},
        "platform_ios": {"sw-01"},
        "tenant_blue": {"sw-01"},
        "status_active": {"sw-01", "sw-02"},
    }


def test_other_formats(export, addressed, lab):
    addressed("sw-01", "192.0.2.1/24", "2001:db8::1/64")
    addressed("SW-02.net.example.com", "192.0.2.10/24")
    run = export(*ALL_TEXT, port=9100)
    targets = json.loads(text(run, "targets.json"))
    assert {target["targets"][0]: target["labels"]["name"] for target in targets} == {
        "192.0.2.1:9100": "sw-01",
        "192.0.2.10:9100": "SW-02.net.example.com",
    }
    assert set(text(run, "hosts").splitlines()) == {
        "192.0.2.1\tsw-01.net.example.com sw-01",
        "2001:db8::1\tsw-01.net.example.com sw-01",
        "192.0.2.10\tsw-02.net.example.com sw-02",
    }
    assert text(run, "zone.db").startswith("$ORIGIN net.example.com.\n$TTL 3600\n")
    assert zone(text(run, "zone.db")) == {
        ("sw-01", "A", "192.0.2.1"),
        ("sw-01", "AAAA", "2001:db8::1"),
        ("sw-02", "A", "192.0.2.10"),
    }
    assert text(run, "addresses.txt") == "192.0.2.1/32\n192.0.2.10/32\n2001:db8::1/128\n"
    assert text(run, "addresses.asa").splitlines() == [
        "object-group network NAUTOBOT",
        " network-object host 192.0.2.1",
        " network-object host 192.0.2.10",
        " network-object 2001:db8::1/128",
    ]
    assert "set policy-options prefix-list NAUTOBOT-v6 2001:db8::1/128\n" in text(run, "addresses.junos")
    assert re.sub(r"\s+", " ", text(run, "addresses.nft")) == (
        "set NAUTOBOT_v4 { type ipv4_addr elements = { 192.0.2.1, 192.0.2.10 } } "
        "set NAUTOBOT_v6 { type ipv6_addr elements = { 2001:db8::1 } } "
    )
    rows = list(csv.DictReader(io.StringIO(text(run, "inventory.csv").removeprefix("\ufeff"))))
    assert {row["name"]: row["address"] for row in rows} == {
        "sw-01": "192.0.2.1",
        "SW-02.net.example.com": "192.0.2.10",
    }


def zone(content):
    """Records of a zone, by the rules of a master file as far as they are needed here: anything else fails."""
    records = set()
    for line in content.splitlines()[2:]:
        name, kind, address = re.fullmatch(r"(\S+)\tIN\t(A|AAAA)\t(\S+)", line).groups()
        assert DNS.match(name)
        assert ipaddress.ip_address(address).version == (4 if kind == "A" else 6)
        records.add((name, kind, address))
    return records


def test_prometheus_labels(export, addressed):
    addressed("sw-01", "2001:db8::1/64")
    addressed("sw-02")
    (target,) = json.loads(text(export("prometheus"), "targets.json"))
    assert target["targets"] == ["2001:db8::1"]
    assert target["labels"]["location"] == "EMEA / AMS01"
    assert "tenant" not in target["labels"]
    (target,) = json.loads(text(export("prometheus", port=9100), "targets.json"))
    assert target["targets"] == ["[2001:db8::1]:9100"]


def test_preferred_address(export, addressed):
    addressed("sw-01", "192.0.2.1/24", "2001:db8::1/64")
    assert ansible(export("ansible", prefer="6"))["hosts"]["sw-01"]["ansible_host"] == "2001:db8::1"


def test_workbook(export, addressed):
    import openpyxl

    addressed("=1+1", "192.0.2.1/24")
    run = export("xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(run.files["inventory.xlsx"])).active.iter_rows(values_only=True))
    assert rows[0] == inventory_formats.COLUMNS
    assert dict(zip(rows[0], rows[1], strict=True))["name"] == "'=1+1"


# Names


def test_hostile_names_are_harmless(export, addressed, lab):
    names = [*HOSTILE, None, None]
    for number, name in enumerate(names, 1):
        addressed(name, f"192.0.2.{number}/24", serial=HOSTILE[number % len(HOSTILE)][:100])
    run = export(*ALL_TEXT)
    assert (run.status, run.exception) == ("SUCCESS", None)
    assert run.result["hosts"] == len(names)

    found = ansible(run)["hosts"]
    assert len(found) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", alias) for alias in found)
    assert {host.get("nautobot_name") for host in found.values()} == set(names)
    for host in found.values():
        for value in host.values():
            assert isinstance(value, Unsafe) == any(mark in value for mark in ("{{", "{%", "{#"))
    assert not {"all", "localhost"} & set(found)

    targets = json.loads(text(run, "targets.json"))
    assert {target["labels"].get("name") for target in targets} == set(names)

    records = zone(text(run, "zone.db"))
    assert len({name for name, _, _ in records}) == len(names)
    for line in text(run, "hosts").split("\n")[:-1]:
        address, full, short = re.fullmatch(r"(\S+)\t(\S+) (\S+)", line).groups()
        assert ipaddress.ip_address(address)
        assert full == f"{short}.net.example.com"
        assert DNS.match(full)

    rows = list(csv.DictReader(io.StringIO(text(run, "inventory.csv").removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(names)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert len(text(run, "addresses.txt").splitlines()) == len(names)
    for name in ("addresses.asa", "addresses.junos", "addresses.nft"):
        assert "0.0.0.0/0" not in text(run, name)


def test_hostile_groups_are_harmless(export, addressed, lab):
    addressed("a", location=lab.location("Hall 1: {{ x }}"), tenant=lab.tenant("日本"))
    addressed("b", location=lab.location("hall-1: [[ x ]]"), tenant=lab.tenant("中国"))
    addressed("c", location=lab.location("AMS01 / Hall"))
    found = dict(groups(ansible(export("ansible"))))
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in found)
    assert found["location_ams01_hall"] == {"c"}
    assert "location_ams01" not in found
    assert sorted(sorted(hosts) for name, hosts in found.items() if "hall_1" in name) == [["a"], ["b"]]
    assert sorted(sorted(hosts) for name, hosts in found.items() if name.startswith("tenant")) == [["a"], ["b"]]


def test_two_of_one_name_are_two(export, addressed, lab):
    addressed("sw", "192.0.2.1/24")
    addressed("sw", "192.0.2.2/24", location=lab.location("LON01"))
    addressed("other")
    run = export("ansible", "zone")
    assert sorted(alias.partition("_")[0] for alias in ansible(run)["hosts"]) == ["other", "sw", "sw"]
    assert len({name for name, _, _ in zone(text(run, "zone.db"))}) == 2


@pytest.mark.parametrize(
    "value",
    [*HOSTILE, "", "yes", "null", "1e3", "0x1f", "~", "a: b", "- a", "\x7f\x85\u2028\ufeff\u202e", 7, 1.5, True, None,
     ["a", "{{ b }}"], {"k: {{": ["#"]}],
    ids=repr,
)  # fmt: skip
def test_yaml_values_come_back(value):
    written = yaml_value(value)
    assert "\n" not in written
    assert yaml.load(f"key: {written}\n", Loader)["key"] == value  # noqa: S506


# What is in it


def test_same_network_same_files(export, addressed):
    for number in range(1, 6):
        addressed(f"sw-{number}", f"192.0.2.{number}/24")
    assert export(*ALL_TEXT).files == export(*ALL_TEXT).files


def test_virtual_machines(export, addressed, lab, make_user):
    addressed("sw-01", "192.0.2.1/24")
    machine = lab.machine("vm-01", "eth0")
    machine.primary_ip4 = lab.host("192.0.2.7/24", machine.interfaces.get())
    machine.validated_save()
    assert set(ansible(export("ansible"))["hosts"]) == {"sw-01"}
    found = ansible(export("ansible", machines=True))["hosts"]
    assert (found["vm-01"]["nautobot_kind"], found["vm-01"]["ansible_host"]) == ("virtual machine", "192.0.2.7")
    run = export("ansible", machines=True, user=make_user(permissions=VIEW))
    assert (run.status, run.files) == ("FAILURE", {})
    assert "virtualization.view_virtualmachine" in run.result["refused"]


def test_tags_and_custom_fields(export, addressed, lab):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device
    from nautobot.extras.models import CustomField, Tag

    kind = ContentType.objects.get_for_model(Device)
    field = CustomField(label="Owner", key="owner", type="text")
    field.validated_save()
    field.content_types.add(kind)
    tags = [Tag(name=name) for name in ("b {{ x }}", "a")]
    for tag in tags:
        tag.validated_save()
        tag.content_types.add(kind)
    device = addressed("sw-01")
    device.tags.set(tags)
    device._custom_field_data = {"owner": "{{ me }}"}
    device.validated_save()
    host = ansible(export("ansible"))["hosts"]["sw-01"]
    assert host["nautobot_tags"] == ["a", "b {{ x }}"]
    assert isinstance(host["nautobot_tags"][1], Unsafe)
    assert host["nautobot_custom_fields"] == {"owner": "{{ me }}"}


def test_template(export, addressed):
    addressed("b", "192.0.2.2/24")
    addressed("a", "192.0.2.1/24")
    template = "define host {\n  name {{ alias }}\n  {%- if ipv4 %}\n  address {{ ipv4 }}{% endif %}\n}"
    run = export("template", template=template)
    assert text(run, "inventory.txt") == "".join(
        f"define host {{\n  name {name}\n  address 192.0.2.{number}\n}}\n" for number, name in enumerate("ab", 1)
    )


@pytest.mark.parametrize("template", ["{{ nothing }}", "{{ name.__class__ }}", "{% for", "{{ 'a'*9 }}"])
def test_a_template_that_cannot_work_is_refused(export, addressed, template):
    addressed("a")
    run = export("template", "csv", template=template)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert run.result["refused"].startswith("Template")


@pytest.mark.parametrize(
    ("formats", "inputs", "words"),
    [
        (["zone"], {"domain": ""}, "Domain"),
        (["zone"], {"domain": "bad domain; $INCLUDE"}, "Domain"),
        (["asa"], {"group": "x\n permit any"}, "Name of the list"),
        (["template"], {}, "Template"),
        (["csv"], {"template": "{{ name }}"}, "Template"),
        (["csv"], {"everything": False}, "Nothing is selected"),
    ],
)
def test_bad_input_is_refused(export, addressed, formats, inputs, words):
    addressed("a")
    run = export(*formats, **inputs)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert words in run.result["refused"]


# Who may see what


def test_only_what_the_user_may_view(export, addressed, make_user):
    addressed("seen", "192.0.2.1/24", "2001:db8::1/64")
    addressed("hidden", "192.0.2.2/24")
    user = make_user(permissions={"dcim.view_device": {"name": "seen"}, "ipam.view_ipaddress": {"ip_version": 6}})
    run = export(*ALL_TEXT, user=user)
    assert run.result == {"hosts": 1, "without_address": 0}
    everything = "".join(content.decode() for content in run.files.values())
    assert "hidden" not in everything
    assert "192.0.2." not in everything
    assert ansible(run)["hosts"]["seen"]["ansible_host"] == "2001:db8::1"


@pytest.mark.parametrize("missing", list(VIEW))
def test_without_permission_nothing_is_written(export, addressed, make_user, missing):
    addressed("a", "192.0.2.1/24")
    run = export("csv", user=make_user(permissions={name: None for name in VIEW if name != missing}))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert missing in " ".join(run.messages("failure"))


def test_scope(export, addressed, lab):
    addressed("a")
    addressed("b", location=lab.location("LON01"))
    assert set(ansible(export("ansible", locations=[lab.site]))["hosts"]) == {"a"}
    assert set(ansible(export("ansible", locations=[lab.region]))["hosts"]) == {"a", "b"}


def test_empty_database(export, db):
    run = export(*ALL_TEXT)
    assert (run.status, run.result) == ("SUCCESS", {"hosts": 0, "without_address": 0})
    assert yaml.safe_load(text(run, "inventory.yml")) == {"all": {}}
    assert json.loads(text(run, "targets.json")) == []


def test_number_of_queries_is_constant(export, lab):
    from nautobot.dcim.models import Device

    kind = lab.device_type("Switch")
    first = lab.device("first", kind)
    export(*ALL_TEXT)  # a file of a name that is there already costs Nautobot a query more
    costs = []
    for count in (10, 100):
        Device.objects.exclude(pk=first.pk).delete()
        Device.objects.bulk_create(
            Device(name=f"sw-{number}", device_type=kind, role=lab.role, location=lab.site, status=lab.active)
            for number in range(count - 1)
        )
        run = export(*ALL_TEXT)
        assert run.result["hosts"] == count
        costs.append(run.query_count)
    assert costs[0] == costs[1]

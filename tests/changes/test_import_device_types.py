"""Device types and module types from files."""

import gzip
import io
import tarfile
import warnings
import zipfile
from pathlib import PurePosixPath

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from nautobot.dcim.models import (
    DeviceBayTemplate,
    DeviceType,
    FrontPortTemplate,
    InterfaceTemplate,
    Manufacturer,
    ModuleType,
    PowerOutletTemplate,
    PowerPortTemplate,
    RearPortTemplate,
)

from jobs.changes import import_device_types_archive as archive
from jobs.changes.import_device_types import ImportDeviceTypes
from jobs.changes.import_device_types_archive import Text, unpack
from jobs.changes.import_device_types_read import read
from jobs.toolkit.access import RefusalError
from jobs.toolkit.components import KINDS

SWITCH = """---
manufacturer: Acme
model: Switch 1
slug: acme-switch-1
part_number: 0010
u_height: 1
is_full_depth: false
airflow: front-to-rear
comments: Two lines,
  really.
console-ports:
  - name: con
    type: rj-45
    label: CON
console-server-ports:
  - name: line
power-ports:
  - name: PSU
    maximum_draw: 200
    allocated_draw: 100
power-outlets:
  - name: out
    type: iec-60320-c13
    power_port: PSU
    feed_leg: A
interfaces:
  - name: on
    type: 1000base-t
    mgmt_only: yes
    description: for people
  - name: 1.10
    type: 10gbase-x-sfpp
rear-ports:
  - name: Rear
    type: mpo
    positions: 2
front-ports:
  - name: F2
    type: lc
    rear_port: Rear
    rear_port_position: 2
  - name: F1
    type: lc
    rear_port: Rear
module-bays:
  - name: Slot
    position: '7'
inventory-items:
  - name: Fan
"""
CARD = "manufacturer: acme\nmodel: Card\ninterfaces:\n  - {name: 'xe-{module}/0', type: 10gbase-x-sfpp}\n"


def upload(content, name="types.yaml"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def zipped(files, **attributes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items() if isinstance(files, dict) else files:
            info = zipfile.ZipInfo("x")
            info.filename = path
            info.compress_type = zipfile.ZIP_DEFLATED
            for name, value in attributes.items():
                setattr(info, name, value)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # names that are there twice
                packed.writestr(info, content)
    return buffer.getvalue()


def tarred(files, **attributes):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            for name, value in attributes.items():
                setattr(info, name, value)
            packed.addfile(info, io.BytesIO(content.encode()))
    return buffer.getvalue()


@pytest.fixture
def load(run_job):
    """A function that imports a file."""

    def run(content, name="types.yaml", *, user=None, **inputs):
        return run_job(ImportDeviceTypes, {"file": upload(content, name), "dryrun": False, **inputs}, user=user)

    return run


def check_switch():
    switch = DeviceType.objects.get(model="Switch 1")
    assert (switch.manufacturer.name, switch.part_number, switch.is_full_depth) == ("Acme", "0010", False)
    assert switch.comments == "Two lines, really."
    assert sorted(switch.interface_templates.values_list("name", flat=True)) == ["1.10", "on"]
    management = switch.interface_templates.get(name="on")
    assert (management.mgmt_only, management.description) == (True, "for people")
    outlet = switch.power_outlet_templates.get()
    assert (outlet.power_port_template.maximum_draw, outlet.feed_leg) == (200, "A")
    fronts = switch.front_port_templates.values_list("name", "rear_port_template__name", "rear_port_position")
    assert sorted(fronts) == [("F1", "Rear", 1), ("F2", "Rear", 2)]
    assert switch.module_bay_templates.get().position == "7"
    assert switch.console_port_templates.get().label == "CON"
    return switch


def test_one_file(load, db, comes_back):
    with comes_back() as applied:
        run = applied.run = load(SWITCH)
        assert (run.status, run.result["created"]) == ("SUCCESS", 12), run.messages()
        check_switch()
        assert any("inventory-items of 1" in message for message in run.messages())
        assert load(SWITCH).result["changes"] == 0
        assert load(SWITCH, existing="mirror").result["changes"] == 0


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_archives(load, db, comes_back, pack):
    files = {
        "library/README.md": "#",
        "library/device-types/Acme/Switch 1.yaml": SWITCH,
        "library/module-types/Acme/Card.yml": CARD,
        "library/elevation-images/Acme/a.front.png": "PNG",
        "library/.github/workflows/ci.yaml": "on: push",
        "library/rack-types/Acme/rack.yaml": "manufacturer: Acme",
        "library/tests/fixture.yaml": "x: y",
    }
    name = "library.zip" if pack is zipped else "library.tar.gz"
    with comes_back() as applied:
        run = applied.run = load(pack(files), name)
        assert (run.status, run.result["created"]) == ("SUCCESS", 14), run.messages()
        check_switch()
        card = ModuleType.objects.get()
        # The other manufacturer differs in capital letters only.
        assert (card.interface_templates.get().name, Manufacturer.objects.count()) == ("xe-{module}/0", 1)
        assert any(message.startswith("5 files") for message in run.messages())
        assert load(pack(files), name).result["changes"] == 0


def changed(**values):
    data = yaml.safe_load(SWITCH)
    for key, value in values.items():
        data[key.replace("_", "-") if key.endswith("ports") else key] = value
    return yaml.safe_dump(data)


def test_updates_what_the_file_has(load, db, comes_back):
    load(SWITCH)
    new = "manufacturer: Acme\nmodel: Switch 1\nu_height: 2\npower-ports:\n  - {name: PSU, maximum_draw: 300}\n  - {name: PSU 2}\n"
    with comes_back() as applied:
        run = applied.run = load(new)
        assert (run.result["created"], run.result["updated"], run.result["deleted"]) == (1, 2, 0), run.messages()
        switch = check_switch_but(2)
        supply = switch.power_port_templates.get(name="PSU")
        assert (supply.maximum_draw, supply.allocated_draw) == (300, 100)
        assert load(new).result["changes"] == 0


def check_switch_but(height):
    switch = DeviceType.objects.get(model="Switch 1")
    assert (switch.u_height, switch.comments) == (height, "Two lines, really.")
    return switch


def test_makes_them_the_same(load, db, comes_back):
    load(SWITCH)
    PowerOutletTemplate.objects.update(power_port_template=None)
    new = changed(
        comments=None,
        interfaces=[{"name": "on", "type": "1000base-t"}],
        rear_ports=[{"name": "Other", "type": "mpo", "positions": 2}],
        front_ports=[
            {"name": "F1", "type": "lc", "rear_port": "Other", "rear_port_position": 2},
            {"name": "F3", "type": "lc", "rear_port": "Other", "rear_port_position": 1},
        ],
    )
    with comes_back() as applied:
        run = applied.run = load(new, existing="mirror")
        assert run.status == "SUCCESS", run.messages()
        # F2, Rear and an interface go; an interface, an outlet, F1 and the type change; Other and F3 come.
        counts = [run.result[each] for each in ("created", "updated", "deleted")]
        assert counts == [2, 4, 3], run.messages()
        switch = DeviceType.objects.get()
        assert switch.comments == ""
        assert not InterfaceTemplate.objects.get().mgmt_only
        assert RearPortTemplate.objects.get().name == "Other"
        assert PowerOutletTemplate.objects.get().power_port_template == PowerPortTemplate.objects.get()
        assert load(new, existing="mirror").result["changes"] == 0


def test_swapped_front_ports(load, db, comes_back):
    load(SWITCH.replace("positions: 2", "positions: 3"))
    swapped = changed(
        front_ports=[
            {"name": "F1", "type": "lc", "rear_port": "Rear", "rear_port_position": 2},
            {"name": "F2", "type": "lc", "rear_port": "Rear", "rear_port_position": 1},
        ]
    )
    with comes_back() as applied:
        run = applied.run = load(swapped)
        assert run.status == "SUCCESS", run.messages()
        fronts = FrontPortTemplate.objects.values_list("name", "rear_port_position")
        assert sorted(fronts) == [("F1", 2), ("F2", 1)]
        assert RearPortTemplate.objects.get().positions == 2
        assert load(swapped).result["changes"] == 0


def test_parent_and_back(load, db, comes_back):
    plain = "manufacturer: Acme\nmodel: Chassis\nu_height: 4\n"
    parent = f"{plain}subdevice_role: parent\ndevice-bays:\n  - name: Blade\n"
    load(plain)
    with comes_back() as applied:
        applied.run = load(parent)
        assert applied.run.result["changes"] == 2, applied.run.messages()
    load(parent)
    with comes_back() as applied:
        applied.run = load(plain, existing="mirror")
        assert applied.run.result["changes"] == 2, applied.run.messages()
        assert not DeviceBayTemplate.objects.exists()


def test_leaves_existing_types_alone(load, db):
    load(SWITCH)
    assert load(changed(u_height=3), existing="leave").result["changes"] == 0


def test_what_nautobot_exports(load, db, lab):
    load(SWITCH)
    load(CARD)
    for model in (DeviceType, ModuleType):
        exported = model.objects.get().to_yaml()
        run = load(exported)
        assert (run.status, run.result["changes"]) == ("SUCCESS", 0), run.messages()


def test_manufacturers_are_not_created(load, db, rows):
    before = rows()
    run = load(SWITCH, manufacturers=False)
    assert (run.status, run.result["problems"], rows()) == ("FAILURE", 1, before)
    assert any("Acme" in message for message in run.messages("failure"))


def test_unknown_types(load, db):
    text = SWITCH.replace("10gbase-x-sfpp", "warp-drive")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "warp-drive" in each)
    run = load(text)
    assert (run.status, DeviceType.objects.count()) == ("FAILURE", 0)
    assert any(f"line {line}" in message and "warp-drive" in message for message in run.messages("failure"))
    assert load(text, other=True).status == "SUCCESS"
    assert InterfaceTemplate.objects.get(name="1.10").type == "other"


# What is wrong, by file, line and field


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model: X\n", ["line 1: manufacturer"]),
        ("manufacturer: Acme\nmodel:\n", ["line 2: model"]),
        ("manufacturer: Acme\nmodel: X\nu_height: 1.5\n", ["line 3: u_height"]),
        (
            "manufacturer: Acme\nmodel: X\nu_height: one\nis_full_depth: maybe\n",
            ["line 3: u_height", "line 4: is_full_depth"],
        ),
        ("manufacturer: Acme\nmodel: X\ncolour: red\n", ["line 3: colour"]),
        ("manufacturer: Acme\nmodel: X\nmodel: Y\n", ["line 3: the definition: “model”"]),
        ("manufacturer: Acme\nmodel: [X]\n", ["line 2: model"]),
        ("manufacturer: Acme\nmodel: X\ninterfaces: eth0\n", ["line 3: interfaces"]),
        ("manufacturer: Acme\nmodel: X\ninterfaces:\n  - eth0\n", ["line 4: interfaces[0]"]),
        ("manufacturer: Acme\nmodel: X\ninterfaces:\n  - name: eth0\n", ["line 4: interfaces[0].type"]),
        (
            "manufacturer: Acme\nmodel: X\ninterfaces:\n  - {name: a, type: lag}\n  - {name: a, type: lag, speeed: 1}\n",
            ["line 5: interfaces[1].speeed", "line 4: interfaces: “a” is there 2 times, in lines 4, 5"],
        ),
        (
            "manufacturer: Acme\nmodel: X\nfront-ports:\n  - {name: a, type: lc, rear_port: R}\n",
            ["line 4: front-ports, “a”: rear_port “R”"],
        ),
        (
            (
                "manufacturer: Acme\nmodel: X\nrear-ports: [{name: R, type: mpo}]\nfront-ports:\n"
                "  - {name: a, type: lc, rear_port: R}\n  - {name: b, type: lc, rear_port: R}\n"
                "  - {name: c, type: lc, rear_port: R, rear_port_position: 2}\n"
            ),
            ["line 6: front-ports, “b”", "line 7: front-ports, “c”"],
        ),
        ("manufacturer: Acme\nmodel: X\nu_height: 1\ndevice-bays: [{name: a}]\n", ["line 4: device-bays"]),
        ("manufacturer: Acme\nmodel: X\nu_height: 1\nsubdevice_role: child\n", ["line 4: u_height"]),
        ("manufacturer: &a Acme\nmodel: *a\n", ["line 1: it has YAML anchors"]),
        ("manufacturer: Acme\nmodel: [X\n", ["is not YAML"]),
        ("", ["there is nothing in it"]),
        ("- a\n", ["line 1: the definition"]),
        ("manufacturer: Acme\nmodel: !!python/name:os.system X\n", ["line 2: model"]),
        ("manufacturer: Acme\nmodel: !<!x> X\n", ["line 2: model"]),
        ("[" * 20_000, ["nested too deep"]),
        (b"\xff\xfe\x00", ["UTF-8"]),
        (f"manufacturer: {'x' * 300}\nmodel: X\n", ["line 1: manufacturer"]),
        ('manufacturer: "a\\x07"\nmodel: X\n', ["line 1: manufacturer"]),
    ],
)
def test_problems(text, expected):
    content = text.encode() if isinstance(text, str) else text
    problems = [problem for each in read(Text("a.yaml", content), other=False) for problem in each.problems]
    assert len(problems) == len(expected), problems
    for problem, part in zip(problems, expected, strict=True):
        assert part in problem


def test_all_problems_of_all_files_at_once(load, db, rows):
    before = rows()
    files = {
        "Acme/a.yaml": "manufacturer: Acme\nmodel: A\nu_height: x\ncolour: red\n",
        "Acme/b.yaml": SWITCH,
        "Acme/c.yaml": SWITCH,
    }
    run = load(zipped(files), "types.zip")
    assert (run.status, run.result["problems"], rows()) == ("FAILURE", 3, before)
    messages = "\n".join(run.messages("failure"))
    assert all(part in messages for part in ("Acme/a.yaml: line 3", "Acme/a.yaml: line 4", "Acme/c.yaml"))
    run = load(zipped(files), "types.zip", keep_good=True)
    assert (run.status, run.result["applied"]) == ("FAILURE", True)
    check_switch()


def test_several_in_one_file(load, db):
    run = load(f"{CARD}---\n{CARD.replace('Card', 'Other')}---\nmodel: X\n", keep_good=True)
    assert ModuleType.objects.count() == 2
    assert any("line 11" in message for message in run.messages("failure"))


# Hostile archives


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (zipped({"../evil.yaml": CARD}), "a.zip", "../evil.yaml"),
        (zipped({"a/../../evil.yaml": CARD}), "a.zip", "leads out"),
        (zipped({"/etc/evil.yaml": CARD}), "a.zip", "root"),
        (zipped({"C:evil.yaml": CARD}), "a.zip", "root"),
        (zipped({"..\\evil.yaml": CARD}), "a.zip", "backslashes"),
        (zipped({"a\x01.yaml": CARD}), "a.zip", "control"),
        (zipped({"link.yaml": "/etc/passwd"}, external_attr=0o120777 << 16), "a.zip", "a link"),
        (zipped({"pipe.yaml": ""}, external_attr=0o010777 << 16), "a.zip", "no ordinary"),
        (zipped({"inner.zip": "x"}), "a.zip", "archive in the archive"),
        (zipped({"inner.tar.gz": "x"}), "a.zip", "archive in the archive"),
        (zipped([("a.yaml", CARD), ("a.yaml", CARD)]), "a.zip", "twice"),
        (tarred({"../evil.yaml": CARD}), "a.tgz", "leads out"),
        (tarred({"/etc/evil.yaml": CARD}), "a.tgz", "root"),
        (tarred({"l.yaml": ""}, type=tarfile.SYMTYPE, linkname="/etc/passwd"), "a.tar.gz", "a link"),
        (tarred({"l.yaml": ""}, type=tarfile.LNKTYPE, linkname="x"), "a.tar.gz", "a link"),
        (tarred({"l.yaml": ""}, type=tarfile.CHRTYPE), "a.tar.gz", "no ordinary"),
        (b"no archive", "a.zip", "not readable"),
        (b"no archive", "a.tar.gz", "not readable"),
        (tarred({"a.yaml": CARD})[:-20], "a.tar.gz", "not readable"),
        (b"#!/bin/sh", "a.sh", "no YAML file and no archive"),
        (b"x" * (4 << 20) + b"x", "a.yaml", "more than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_refuses(content, name, why):
    with pytest.raises(RefusalError, match="(?s)" + why.replace(".", r"\.")):
        unpack(upload(content, name))


def test_refuses_encrypted_members():
    content = bytearray(zipped({"a.yaml": CARD}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(RefusalError, match="encrypted"):
        unpack(upload(bytes(content), "a.zip"))


def test_refuses_what_unpacks_to_too_much():
    bomb = zipped({f"{number}.txt": b"0" * (8 << 20) for number in range(9)})
    with pytest.raises(RefusalError, match="unpacks to more"):
        unpack(upload(bomb, "a.zip"))
    with pytest.raises(RefusalError, match="unpacks to more"):
        unpack(upload(gzip.compress(b"\0" * (65 << 20)), "a.tar.gz"))
    with pytest.raises(RefusalError, match=r"a\.yaml' has more than"):
        unpack(upload(zipped({"a.yaml": b"#" * (2 << 20)}), "a.zip"))


def test_believes_no_size():
    """The size in an archive's list says little, its content much."""
    content = bytearray(zipped({"a.yaml": b"#" * (2 << 20)}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    try:
        texts = unpack(upload(bytes(content), "a.zip")).texts
    except RefusalError:
        return
    assert all(len(text.content) <= 10 for text in texts)


def test_refuses_too_many_members(monkeypatch):
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    files = {f"{number}.yaml": CARD for number in range(5)}
    for content, name in ((zipped(files), "a.zip"), (tarred(files), "a.tgz")):
        with pytest.raises(RefusalError, match="more than 3 members"):
            unpack(upload(content, name))


def test_tells_all_that_is_wrong_at_once(load, db, rows):
    before = rows()
    run = load(zipped({"../a.yaml": CARD, "/b.yaml": CARD, "c.zip": "x"}), "a.zip")
    assert (run.status, run.files, rows()) == ("FAILURE", {}, before)
    assert all(path in run.result["refused"] for path in ("../a.yaml", "/b.yaml", "c.zip"))


# Permissions

NEEDED = {
    "dcim.view_manufacturer": None,
    "dcim.add_manufacturer": None,
    **{
        f"dcim.{action}_{model}": None
        for action in ("view", "add", "change")
        for model in ("devicetype", "moduletype", *(f"{kind.model.split('.')[1]}template" for kind in KINDS))
    },
}


@pytest.mark.parametrize("missing", ["dcim.add_manufacturer", "dcim.add_interfacetemplate", "dcim.change_devicetype"])
def test_without_permission(missing, load, make_user, rows, db):
    user = make_user(permissions={key: value for key, value in NEEDED.items() if key != missing})
    enough = make_user("other", permissions=NEEDED)
    before = rows()
    run = load(SWITCH, user=user)
    assert (run.status, run.files, rows()) == ("FAILURE", {}, before)
    assert missing in run.result["refused"]
    assert load(SWITCH, user=enough).status == "SUCCESS"
    run = load(SWITCH, user=enough, existing="mirror")
    assert "dcim.delete_" in run.result["refused"]


@pytest.mark.parametrize(
    ("permission", "constraint"),
    [
        ("dcim.add_devicetype", {"model": "other"}),
        ("dcim.change_devicetype", {"u_height": 1}),
        ("dcim.change_devicetype", {"u_height": 2}),
    ],
)
def test_constrained_permission(permission, constraint, load, make_user, rows, db):
    if "change" in permission:
        load(SWITCH)
    user = make_user(permissions={**NEEDED, permission: constraint})
    before = rows()
    run = load(changed(u_height=2), user=user)
    assert (run.status, rows()) == ("FAILURE", before)
    assert any(permission in message and "Switch 1" in message for message in run.messages("failure"))


def test_type_that_may_not_be_viewed(load, make_user, rows, db):
    load(SWITCH)
    user = make_user(permissions={**NEEDED, "dcim.view_devicetype": {"model": "other"}})
    before = rows()
    run = load(SWITCH, user=user)
    assert (run.status, rows()) == ("FAILURE", before)


# Much


def many(count):
    return zipped({f"Acme/{number:03}.yaml": CARD.replace("Card", f"Card {number}") for number in range(count)})


def test_queries_do_not_grow_with_files(load, db):
    load(many(100), "a.zip")
    load(many(1), "a.zip")  # fills Nautobot's caches
    few, all_of_them = load(many(10), "a.zip"), load(many(100), "a.zip")
    assert (few.result["changes"], all_of_them.result["changes"]) == (0, 0)
    assert few.query_count == all_of_them.query_count


# Properties


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.yaml", "a.zip", "a.tar.gz", "a.tgz", "a.yml", "a"]))
def test_any_bytes_are_read_or_refused(content, name):
    try:
        unpacked = unpack(upload(content, name))
    except RefusalError:
        return
    for text in unpacked.texts:
        for definition in read(text, other=False):
            assert definition.problems or (definition.manufacturer and definition.name)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_definition_or_has_problems(text):
    for definition in read(Text("a.yaml", text.encode("utf-8", "replace")), other=False):
        assert definition.problems or (definition.manufacturer and definition.name)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="a./\\:C\x00 ", min_size=1, max_size=12), min_size=1, max_size=4, unique=True))
def test_no_path_leads_out(paths):
    content = tarred({f"{path}.yaml": CARD for path in paths})
    try:
        texts = unpack(upload(content, "a.tgz")).texts
    except RefusalError:
        return
    for text in texts:
        path = PurePosixPath(text.path)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert "\\" not in text.path


NAMES = st.text(
    alphabet=st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cc", "Cf", "Zs")),
    min_size=1,
    max_size=20,
)


@settings(deadline=None)
@given(st.lists(NAMES, unique=True, max_size=8), st.booleans(), st.integers(1, 1000))
def test_reads_what_was_written(names, management, draw):
    data = {
        "manufacturer": "Acme",
        "model": "X",
        "u_height": 1,
        "interfaces": [{"name": name, "type": "1000base-t", "mgmt_only": management} for name in names],
        "power-ports": [{"name": name, "maximum_draw": draw} for name in names],
        "power-outlets": [{"name": name, "power_port": name} for name in names],
    }
    (definition,) = read(Text("a.yaml", yaml.safe_dump(data, allow_unicode=True).encode()), other=False)
    assert definition.problems == []
    for kind, values in (
        ("interfaces", {"type": "1000base-t", "mgmt_only": management}),
        ("power-ports", {"maximum_draw": draw}),
    ):
        found = definition.components[kind]
        assert [(each.name, each.values) for each in found] == [(name, values) for name in names]
    assert [each.behind for each in definition.components["power-outlets"]] == names

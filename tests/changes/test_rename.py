"""Names by template and by list."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.dcim.models import Cable, Device, Interface

from jobs.changes.rename import RenameByTemplate


def table(text, name="renames.csv"):
    return SimpleUploadedFile(name, text.encode())


def device_names():
    return set(Device.objects.values_list("name", flat=True))


def interface_names(device="sw-1"):
    return {i.name: i.label for i in Interface.objects.filter(device__name=device)}


@pytest.fixture
def device_type(lab):
    return lab.device_type("Switch", interfaces=3, bays=1)


@pytest.fixture
def devices(lab, device_type):
    second = lab.location("LON01")
    return [
        lab.device("sw-1", device_type),
        lab.device("sw-2", device_type),
        lab.device("rt-1", device_type, location=second, role=lab.make_role("Router")),
    ]


def test_devices_by_template(run_job, devices, comes_back):
    inputs = {
        "everything": True,
        "template": "{{ locations.Site.code|lower }}-{{ role|lower }}-{{ counter|pad(2) }}",
        "count_by": ["location", "role"],
        "dryrun": False,
    }
    with comes_back() as applied:
        run = applied.run = run_job(RenameByTemplate, inputs)
        assert run.status == "SUCCESS", run.messages()
        assert device_names() == {"ams01-switch-01", "ams01-switch-02", "lon01-router-01"}
        again = run_job(RenameByTemplate, inputs)
        assert (again.result["changes"], again.result["unchanged"]) == (0, 3)


def test_numbers_begin_where_told_and_patterns_choose(run_job, devices):
    run = run_job(
        RenameByTemplate,
        {
            "everything": True,
            "pattern": r"^(?P<kind>sw)-(\d)",
            "template": "{{ part.kind }}{{ part[2] }}-{{ counter }}",
            "first_number": 0,
            "dryrun": False,
        },
    )
    assert (run.result["changes"], run.result["unchanged"]) == (2, 1)
    assert device_names() == {"sw1-0", "sw2-1", "rt-1"}


def test_numbers_below_zero_are_refused(run_job, devices, rows):
    before = rows()
    run = run_job(
        RenameByTemplate, {"everything": True, "template": "sw{{ counter }}", "first_number": -1, "dryrun": False}
    )
    assert run.status == "FAILURE"
    assert "First number" in " ".join(run.messages("failure"))
    assert rows() == before


def test_every_value_of_a_device(run_job, lab, devices):
    lab.stack(*devices[:2])
    values = {"serial": "S", "asset_tag": "T", "tenant": lab.tenant("IT"), "rack": lab.rack(), "position": 3}
    lab.force(devices[0], **values, face="front")
    template = (
        "{{ location.name }} {{ location.type }} {{ locations.Region.name }} {{ rack }} {{ role }} {{ tenant }} {{ type }} "
        "{{ manufacturer }} {{ platform }} {{ stack }} {{ member }} {{ serial }} {{ asset_tag }} {{ position }} {{ custom }}"
    )
    run = run_job(RenameByTemplate, {"everything": True, "pattern": "sw-1", "template": template, "dryrun": False})
    assert run.status == "SUCCESS", run.messages()
    assert "AMS01 Site EMEA R1 Switch IT Switch Maker stack of sw-1 1 S T 3 {}" in device_names()


def test_interfaces_on_modules_and_far_ends(run_job, lab, devices, comes_back):
    lab.module(devices[0], lab.module_type("Card", management=1))
    first, second = (device.interfaces.get(name="eth 1") for device in devices[:2])
    lab.cable(first, second)
    with comes_back() as applied:
        applied.run = run_job(
            RenameByTemplate,
            {
                "everything": True,
                "what": "dcim.interface",
                "template": "{{ device }} {% if far %}to {{ far.device }} {{ far.port }}{% else %}{{ counter }}{% endif %}",
                "count_by": ["device"],
                "dryrun": False,
            },
        )
        assert applied.run.status == "SUCCESS", applied.run.messages()
        names = set(Interface.objects.values_list("name", flat=True))
        assert names >= {"sw-1 1", "sw-1 to sw-2 eth 1", "sw-1 3", "sw-1 4", "sw-2 to sw-1 eth 1", "rt-1 3"}


def test_label_of_interfaces(run_job, devices):
    inputs = {"what": "dcim.interface", "field": "label", "everything": True, "template": "p", "dryrun": False}
    run = run_job(RenameByTemplate, inputs)
    assert run.status == "SUCCESS", run.messages()
    assert interface_names() == {"eth 1": "p", "eth 2": "p", "eth 3": "p"}


def test_cables(run_job, lab, devices, comes_back, make_user):
    lab.cable(devices[0].interfaces.get(name="eth 1"), devices[2].interfaces.get(name="eth 1"))
    inputs = {
        "what": "dcim.cable",
        "everything": True,
        "template": "{% if a and b %}{{ a.device }}:{{ a.port }}={{ b.device }}:{{ b.port }}{% endif %}",
        "dryrun": False,
    }
    user = make_user(
        permissions={"dcim.view_device": {"name": "sw-1"}, "dcim.view_cable": None, "dcim.change_cable": None}
    )
    assert run_job(RenameByTemplate, inputs, user=user).result["changes"] == 0
    with comes_back() as applied:
        applied.run = run_job(RenameByTemplate, inputs)
        assert Cable.objects.get().label == "sw-1:eth 1=rt-1:eth 1"
        by_list = table("old;new\nsw-1:eth 1=rt-1:eth 1;C1\n")
        assert run_job(RenameByTemplate, {"what": "dcim.cable", "table": by_list}).result["changes"] == 1


def test_swap_and_chain(run_job, devices, comes_back):
    first, second, third = devices
    text = f"old;new\n{first.pk};sw-2\n{second.pk};sw-1\n{third.pk};rt-2\n"
    with comes_back() as applied:
        run = applied.run = run_job(RenameByTemplate, {"table": table(text), "dryrun": False})
        assert run.status == "SUCCESS", run.messages()
        assert run.result["changes"] == 4
        assert [Device.objects.get(pk=device.pk).name for device in devices] == ["sw-2", "sw-1", "rt-2"]
        again = run_job(RenameByTemplate, {"table": table(text), "dryrun": False})
        assert (again.result["changes"], again.result["unchanged"]) == (0, 3)


def test_interfaces_move_up_by_one(run_job, devices, comes_back):
    """Nautobot would refuse each but the last if they were renamed in the order of the list."""
    text = "device;old;new\n" + "".join(f"sw-1;eth {n};eth {n % 3 + 1}\n" for n in (1, 2, 3))
    ports = {each.pk: each.name for each in devices[0].interfaces.all()}
    with comes_back() as applied:
        run = applied.run = run_job(RenameByTemplate, {"what": "dcim.interface", "table": table(text), "dryrun": False})
        assert (run.status, run.result["changes"]) == ("SUCCESS", 4)
        moved = {each.name: ports[each.pk] for each in Interface.objects.filter(device=devices[0])}
        assert moved == {"eth 2": "eth 1", "eth 3": "eth 2", "eth 1": "eth 3"}


@pytest.mark.parametrize(("first", "second"), [("sw-1;sw-11", "rt-1;rt-11"), ("sw-1;sw-3", "sw-2;sw-1")])
def test_list_that_is_done_already(run_job, devices, first, second):
    text = f"old;new\n{first}\n{second}\n"
    assert run_job(RenameByTemplate, {"table": table(text), "dryrun": False}).result["changes"] == 2
    again = run_job(RenameByTemplate, {"table": table(text), "dryrun": False})
    assert (again.status, again.result["changes"], again.result["unchanged"]) == ("SUCCESS", 0, 2)


@pytest.mark.parametrize("rows_of", [lambda *_: ("sw-1", "sw-2"), lambda first, second, _: (first.pk, second.pk)])
def test_swap_by_names_is_told(run_job, devices, rows_of):
    first, second = rows_of(*devices)
    text = f"old;new\n{first};sw-2\n{second};sw-1\nrt-1;rt-2\n"
    run = run_job(RenameByTemplate, {"table": table(text), "dryrun": False})
    assert run.status == "SUCCESS"
    told = [message for message in run.messages() if "in a circle" in message]
    assert bool(told) == (first == "sw-1")
    assert all("Row 2, Row 3 " in message for message in told)


def test_taken_names(run_job, devices, rows, lab):
    other = lab.location("PAR01")
    lab.device("sw-3", devices[0].device_type)
    lab.device("sw-4", devices[0].device_type, location=other)
    before = rows()
    text = "old;new\nsw-1;sw-3\nsw-2;sw-1\nrt-1;sw-4\n"
    run = run_job(RenameByTemplate, {"table": table(text), "dryrun": False})
    assert run.status == "FAILURE"
    failures = " ".join(run.messages("failure"))
    assert '"sw-3"' in failures
    assert "Row 2" in failures
    assert "Row 3" in failures  # since the device of row 2 keeps the name
    assert "Row 4" not in failures  # in another location
    assert rows() == before


def test_good_rows(run_job, devices, lab):
    lab.device("sw-3", devices[0].device_type)
    text = "old;new\nsw-1;sw-3\nsw-2;sw-1\nrt-1;sw-4\n"
    run = run_job(RenameByTemplate, {"table": table(text), "keep_good": True, "dryrun": False})
    assert (run.status, run.result["changes"], run.result["applied"]) == ("FAILURE", 1, True)
    assert device_names() == {"sw-1", "sw-2", "sw-3", "sw-4"}


def test_half_of_a_swap_is_not_done(run_job, devices, make_user):
    """The user may rename two of three, but one of the two takes the name of the third."""
    user = make_user(
        permissions={"dcim.view_device": None, "dcim.change_device": {"name__in": ["sw-1", "rt-1", "sw-2x", "rt-2"]}}
    )
    first, second, third = devices
    text = f"old;new\n{first.pk};sw-2\n{second.pk};sw-1\n{third.pk};rt-2\n"
    run = run_job(RenameByTemplate, {"table": table(text), "keep_good": True, "dryrun": False}, user=user)
    assert (run.status, run.result["changes"], run.result["applied"]) == ("FAILURE", 1, True)
    assert device_names() == {"sw-1", "sw-2", "rt-2"}


def test_two_of_one_name_within_the_request(run_job, devices, rows):
    before = rows()
    run = run_job(RenameByTemplate, {"everything": True, "template": "{{ location.name }}", "dryrun": False})
    assert (run.status, run.result["problems"]) == ("FAILURE", 2)
    assert rows() == before


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"everything": True}, ["Template"]),
        ({"template": "x"}, ["Nothing is selected"]),
        ({"everything": True, "template": "{{ nobody }}"}, ["nobody", "sw-1", "rt-1"]),
        ({"everything": True, "template": "{{ name"}, ["Template"]),
        ({"everything": True, "template": "x", "pattern": "("}, ["Pattern", '"("']),
        ({"everything": True, "template": "x", "field": "label"}, ["label"]),
        ({"everything": True, "pattern": "rt", "template": "{{ 'x' * 300 }}"}, ["Template"]),
        ({"everything": True, "table": "old;new\nsw-1;a\n"}, ["List"]),
        ({"table": "old;new\nsw-9;a\n"}, ["Row 2", "old", "sw-9"]),
        ({"table": "old;new\nsw-1;a\nsw-1;b\n"}, ["Row 3", "Row 2"]),
        ({"table": "device;old;new\nsw-1;sw-1;a\n"}, ["Row 2", "device"]),
        ({"table": "old;new\neth 1;a\n", "what": "dcim.interface"}, ["Row 2", "device"]),
        ({"table": "device;old;new\nsw-1;eth 9;a\n", "what": "dcim.interface"}, ["Row 2", "old", "eth 9"]),
        ({"table": "device;old;new\nsw-9;eth 9;a\n", "what": "dcim.interface"}, ["Row 2", "device", "sw-9"]),
        ({"table": "old;new\nsw-1;\n"}, ["Row 2", "new"]),
        ({"table": f"old;new\nsw-1;{'x' * 300}\n"}, ["Row 2"]),
    ],
)
def test_bad_input(run_job, devices, rows, inputs, words):
    before = rows()
    if "table" in inputs:
        inputs = {**inputs, "table": table(inputs["table"])}
    run = run_job(RenameByTemplate, {**inputs, "dryrun": False})
    assert (run.status, run.exception) == ("FAILURE", None)
    text = " ".join(run.messages("failure"))
    assert [word for word in words if word not in text] == []
    assert rows() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((), ["dcim.change_device"]),
        ({"name__startswith": "sw"}, ["dcim.change_device", "rt-1"]),
        ({"name__in": ["sw-1", "sw-2", "rt-1"]}, ["dcim.change_device", "would become"]),
    ],
)
def test_permissions(run_job, devices, make_user, rows, change, words):
    held = {"dcim.view_device": None, **({"dcim.change_device": change} if change else {})}
    user, before = make_user(permissions=held), rows()
    inputs = {"everything": True, "template": "{{ name }}x", "dryrun": False}
    run = run_job(RenameByTemplate, inputs, user=user)
    assert run.status == "FAILURE"
    text = " ".join(run.messages("failure"))
    assert [word for word in words if word not in text] == []
    assert rows() == before


def test_names_of_what_may_not_be_viewed_are_taken_as_well(run_job, devices, make_user, rows):
    user = make_user(permissions={"dcim.view_device": {"name": "sw-1"}, "dcim.change_device": None})
    before = rows()
    run = run_job(RenameByTemplate, {"table": table("old;new\nsw-1;sw-2\n"), "dryrun": False}, user=user)
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert rows() == before


def test_empty_database(run_job, db):
    run = run_job(RenameByTemplate, {"everything": True, "template": "x", "dryrun": False})
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)


def test_template_of_the_list(run_job, db):
    run = run_job(RenameByTemplate, {"template_only": True})
    assert run.files["template.csv"].startswith(b"\xef\xbb\xbfdevice,old,new")


@pytest.mark.parametrize("what", ["dcim.device", "dcim.interface"])
def test_as_many_queries_for_many(run_job, lab, what):
    small = lab.device_type("Small", interfaces=1)
    inputs = {"everything": True, "what": what, "template": "{{ name }}"}

    def queries(first, last):
        for number in range(first, last):
            lab.device(f"d{number}", small)
        run = run_job(RenameByTemplate, inputs)
        assert (run.status, run.result["changes"], run.result["unchanged"]) == ("SUCCESS", 0, last)
        return run.query_count

    assert queries(0, 5) == queries(5, 40)

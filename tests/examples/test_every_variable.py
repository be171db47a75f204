"""Every Variable: what each type of variable accepts and refuses, and the checks that the form cannot make."""

import netaddr
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.dcim.models import Device
from nautobot.extras import jobs as variables
from nautobot.extras.models import Job as JobModel
from nautobot.extras.models import SecretsGroup

from jobs.examples.every_variable import EveryVariable, disagreements, malformed_json

REQUIRED = {"integer": 5, "choice": "n"}


@pytest.fixture
def run(run_job):
    def run(user=None, **inputs):
        return run_job(EveryVariable, {**REQUIRED, **inputs}, user=user)

    return run


def value(run, field):
    assert run.status == "SUCCESS", run.messages()
    return run.result[field]["value"]


def test_every_type_of_variable_is_shown():
    """A type that a later Nautobot adds is found here. DryRunVar belongs to a Job that changes something."""
    types = {
        thing
        for thing in vars(variables).values()
        if isinstance(thing, type)
        and issubclass(thing, variables.ScriptVariable)
        and thing is not variables.ScriptVariable
    }
    shown = {type(variable) for variable in EveryVariable._get_vars().values()}
    assert types - shown == {variables.DryRunVar}


def test_every_option_of_a_variable_is_shown():
    shown = {option for variable in EveryVariable._get_vars().values() for option in variable.field_attrs}
    assert shown >= {
        "label",
        "help_text",
        "initial",
        "required",
        "widget",
        "min_length",
        "max_length",
        "min_value",
        "max_value",
        "validators",
        "choices",
        "queryset",
        "display_field",
        "query_params",
        "null_option",
    }
    assert len(EveryVariable.network.field_attrs["validators"]) == 3  # a network, of a least and a greatest length


@pytest.mark.django_db
def test_every_attribute_of_meta_reaches_the_job_record():
    record = JobModel.objects.get(job_class_name="EveryVariable")
    assert (record.name, record.grouping) == ("Example: Every Variable", "Examples")
    assert record.description.startswith("Show every type of variable")
    assert "\n" in record.description
    assert EveryVariable.description_first_line == "Show every type of variable and what the Job receives for it."
    assert record.hidden
    assert record.read_only
    assert not record.is_singleton
    assert not record.has_sensitive_variables
    assert not record.supports_dryrun
    assert not record.dryrun_default
    assert (record.soft_time_limit, record.time_limit) == (60, 120)
    assert [queue.name for queue in record.job_queues.all()] == [record.default_job_queue.name]


@pytest.mark.django_db
def test_order_of_fields():
    # Before Nautobot 3.1 the form has Nautobot's own fields too.
    fields = [name for name in EveryVariable.as_form().fields if not name.startswith("_")]
    assert fields[:8] == EveryVariable.field_order
    assert fields[-1] == "secrets_group"


@pytest.mark.parametrize(
    ("field", "entered", "received"),
    [
        ("string", "edge", "edge"),
        ("text", "one\ntwo", "one\ntwo"),
        ("text", "", ""),
        ("integer", "4094", 4094),
        ("boolean", True, True),
        ("boolean", False, False),
        ("choice", "w", "w"),
        ("choices", ["n", "e"], ["n", "e"]),
        ("choices", [], []),
        ("ip_address", "192.0.2.1", "192.0.2.1"),
        ("address_with_mask", "198.51.100.7/31", "198.51.100.7/31"),
        ("network", "192.0.0.0/8", "192.0.0.0/8"),
        ("network", "192.0.2.8/30", "192.0.2.8/30"),
        ("json_data", '{"retries": 3}', {"retries": 3}),
        ("json_data", "", None),
    ],
)
def test_form_accepts(run, field, entered, received):
    assert value(run(**{field: entered}), field) == received


@pytest.mark.parametrize(
    ("field", "entered"),
    [
        ("string", ""),
        ("string", "a"),
        ("string", "abcdefghi"),
        ("string", "Core"),
        ("string", "c0re"),
        ("integer", ""),
        ("integer", 0),
        ("integer", 4095),
        ("integer", "many"),
        ("integer", "1.5"),
        ("choice", ""),
        ("choice", "up"),
        ("choices", ["n", "up"]),
        ("location_type", "Site"),
        ("location", "4c4c5cbd-9a7a-4b9f-a1d4-1d0a4a1f8e0f"),
        ("devices", ["4c4c5cbd-9a7a-4b9f-a1d4-1d0a4a1f8e0f"]),
        ("file", SimpleUploadedFile("empty.txt", b"")),
        ("ip_address", ""),
        ("ip_address", "192.0.2.1/24"),
        ("ip_address", "192.0.2.256"),
        ("address_with_mask", "192.0.2.1"),
        ("address_with_mask", "192.0.2.1/33"),
        ("network", "192.0.2.1/24"),
        ("network", "192.0.2.0"),
        ("network", "0.0.0.0/7"),
        ("network", "192.0.2.0/31"),
        ("json_data", "{retries: 3}"),
    ],
)
def test_form_refuses(run, field, entered):
    with pytest.raises(ValidationError) as error:
        run(**{field: entered})
    assert list(error.value.message_dict) == [field]


def test_types_received(run, make_locations, make_device, location_type):
    location, other = make_locations("AMS01", "LON01")
    device = make_device(location=location)
    group = SecretsGroup.objects.create(name="Routers")

    outcome = run(
        text="text",
        choices=["n"],
        location_type=location_type,
        location=location,
        devices=[device],
        device=device,
        secrets_group=group,
        file=SimpleUploadedFile("notes.txt", b"text"),
        json_data={"retries": 3},
    )

    assert outcome.status == "SUCCESS"
    assert {field: received["type"] for field, received in outcome.result.items()} == {
        "string": "str",
        "text": "str",
        "integer": "int",
        "boolean": "bool",
        "choice": "str",
        "choices": "list",
        "location_type": "LocationType",
        "location": "Location",
        "devices": type(Device.objects.all()).__name__,
        "vlan": "NoneType",
        "device": "Device",
        "file": "FieldFile",
        "ip_address": "IPAddress",
        "address_with_mask": "IPNetwork",
        "network": "IPNetwork",
        "json_data": "dict",
        "secrets_group": "SecretsGroup",
    }
    assert outcome.result["devices"]["value"] == [str(device.pk)]
    linked = {entry.log_object: entry.absolute_url for entry in outcome.logs if entry.grouping == "run"}
    assert linked["AMS01"] == location.get_absolute_url()
    assert set(linked) == {"Site", "AMS01", "ams01-core-01", "Routers"}
    assert str(other) not in linked


def test_null_option(run_job):
    """What the form sends for "(no location)" arrives as None."""
    form = EveryVariable.as_form(
        {
            **{name: field.initial for name, field in EveryVariable.as_form().fields.items()},
            **REQUIRED,
            "location": "null",
        }
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["location"] is None


def test_left_out(run_job):
    """Over the REST API a variable that is not required may be missing altogether."""
    required = {
        name: REQUIRED.get(name, field.initial)
        for name, field in EveryVariable.as_form().fields.items()
        if field.required
    }
    outcome = run_job(EveryVariable, required, defaults=False)
    assert outcome.status == "SUCCESS"


@pytest.mark.parametrize(
    ("field", "inputs"),
    [
        ("ip_address", {"ip_address": "10.0.0.1"}),
        ("ip_address", {"ip_address": "2001:db8::1"}),
        ("address_with_mask", {"address_with_mask": "2001:db8::1/64"}),
        ("json_data", {"json_data": [1, 2]}),
        ("json_data", {"json_data": "5"}),
        ("json_data", {"json_data": {"retries": "3"}}),
        ("json_data", {"json_data": {"retries": True}}),
    ],
)
def test_beyond_the_form(run, field, inputs):
    outcome = run(**inputs)

    assert outcome.status == "FAILURE"
    assert outcome.exception is None
    [message] = outcome.messages("failure")
    assert f"`{field}`" in message
    assert outcome.result["problems"] == [message.replace("Field ", "").replace(f"`{field}`", field)]


def test_every_problem_is_told(run):
    outcome = run(ip_address="10.0.0.1", address_with_mask="2001:db8::1/64", json_data=[1])
    assert len(outcome.messages("failure")) == 3


def test_location_of_another_type(run, make_locations):
    from nautobot.dcim.models import LocationType

    outcome = run(location=make_locations("AMS01")[0], location_type=LocationType.objects.create(name="Room"))

    assert outcome.status == "FAILURE"
    assert "`location`" in outcome.messages("failure")[0]


@pytest.mark.parametrize("field", ["location", "location_type", "device", "secrets_group"])
def test_an_object_that_the_user_may_not_view(run, make_user, make_locations, location_type, make_device, field):
    chosen = {
        "location": make_locations("AMS01")[0],
        "location_type": location_type,
        "device": make_device(),
        "secrets_group": SecretsGroup.objects.create(name="Routers"),
    }[field]
    permission = f"{chosen._meta.app_label}.view_{chosen._meta.model_name}"
    outsider = make_user("outsider", {permission: {"name": "another"}})
    insider = make_user("insider", {permission: {"name": chosen.name}})

    refused = run(outsider, **{field: chosen})

    assert refused.status == "FAILURE"
    [message] = refused.messages("failure")
    assert f"`{field}`" in message
    assert permission in message
    assert chosen.name not in " ".join(refused.messages())
    assert run(insider, **{field: chosen}).status == "SUCCESS"


def test_devices_that_the_user_may_not_view(run, make_user, make_device):
    devices = [make_device(name) for name in ("ams01-core-01", "ams01-core-02")]
    user = make_user(permissions={"dcim.view_device": {"name": "ams01-core-01"}})

    refused = run(user, devices=devices)

    assert refused.status == "FAILURE"
    [message] = refused.messages("failure")
    assert "`devices`" in message
    assert "1 device" in message
    assert "dcim.view_device" in message
    assert run(user, devices=devices[:1]).status == "SUCCESS"


def test_query_count_is_constant(run, make_device):
    few = [make_device(f"few-{n}") for n in range(10)]
    many = [make_device(f"many-{n}") for n in range(100)]
    assert run(devices=few).query_count == run(devices=many).query_count


def test_pure_functions():
    address, network = netaddr.IPAddress("192.0.2.1"), netaddr.IPNetwork("192.0.2.0/24")
    assert disagreements(address, netaddr.IPNetwork("10.0.0.1/8"), network, None, None) == []
    assert malformed_json(None) == malformed_json({}) == malformed_json({"a": -1}) == []

"""From what a person writes to what ``run()`` gets."""

import json

import netaddr
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.apps.jobs import (
    BooleanVar,
    ChoiceVar,
    DryRunVar,
    FileVar,
    IntegerVar,
    IPNetworkVar,
    Job,
    JSONVar,
    MultiChoiceVar,
    MultiObjectVar,
    ObjectVar,
    StringVar,
)
from nautobot.dcim.models import DeviceType, Location, LocationType, Manufacturer
from nautobot.extras.models import FileProxy, Role, Status
from nautobot.ipam.models import Namespace, Prefix
from nautobot_dev_tools import inputs
from nautobot_dev_tools.errors import DevToolsError


class Everything(Job):
    location = ObjectVar(model=Location, required=False)
    locations = MultiObjectVar(model=Location, required=False)
    device_type = ObjectVar(model=DeviceType, required=False)
    prefix = ObjectVar(model=Prefix, required=False)
    upload = FileVar(required=False)
    text = StringVar(required=False, default="as given", max_length=10)
    number = IntegerVar(required=False, default=5, min_value=1)
    yes = BooleanVar(default=True)
    data = JSONVar(required=False, default={"a": [1, 2]})
    level = ChoiceVar(choices=[("low", "Low"), ("high", "High")], required=False)
    levels = MultiChoiceVar(choices=[("low", "Low"), ("high", "High")], required=False)
    network = IPNetworkVar(required=False)
    dryrun = DryRunVar()

    class Meta:
        name = "Everything"

    def run(self, **values):
        return values


class DryByDefault(Job):
    needed = StringVar()
    dryrun = DryRunVar()

    class Meta:
        name = "Dry by default"
        dryrun_default = True

    def run(self, *, needed, dryrun):
        return needed


@pytest.fixture
def places(db):
    """Two sites, and a room of the same name in each."""
    active = Status.objects.get_for_model(Location).first()
    site = LocationType.objects.create(name="Site")
    room = LocationType.objects.create(name="Room", parent=site)
    found = {}
    for name in ("AMS01", "LON01"):
        found[name] = Location.objects.create(name=name, location_type=site, status=active)
        found[f"{name} room"] = Location.objects.create(
            name="Room 1", location_type=room, parent=found[name], status=active
        )
    return found


def _resolve(tmp_path, **raw):
    return inputs.resolve(Everything, raw, tmp_path)


def test_objects_by_name_mapping_and_primary_key(places, tmp_path):
    for key in ("AMS01", {"name": "AMS01"}, places["AMS01"].pk, str(places["AMS01"].pk)):
        assert _resolve(tmp_path, location=key) == {"location": places["AMS01"]}

    room = {"name": "Room 1", "parent__name": "LON01"}
    assert _resolve(tmp_path, location=room) == {"location": places["LON01 room"]}


def test_several_objects(places, tmp_path):
    raw = ["AMS01", {"name": "Room 1", "parent__name": "AMS01"}, str(places["LON01"].pk)]

    values = _resolve(tmp_path, locations=raw)

    assert values == {"locations": [places["AMS01"], places["AMS01 room"], places["LON01"]]}
    assert _resolve(tmp_path, locations="LON01") == {"locations": [places["LON01"]]}
    assert _resolve(tmp_path, locations=[]) == {"locations": []}


def test_models_without_a_name(db, tmp_path):
    device_type = DeviceType.objects.create(manufacturer=Manufacturer.objects.create(name="Acme"), model="X-1")
    status = Status.objects.get_for_model(Prefix).first()
    prefix = Prefix.objects.create(prefix="10.1.0.0/16", namespace=Namespace.objects.first(), status=status)

    assert _resolve(tmp_path, device_type="X-1") == {"device_type": device_type}
    assert _resolve(tmp_path, prefix={"prefix": "10.1.0.0/16"}) == {"prefix": prefix}


def test_ambiguous(places, tmp_path):
    with pytest.raises(DevToolsError, match=r"locations: more than one location fits 'Room 1'; give a mapping"):
        _resolve(tmp_path, locations=["AMS01", "Room 1"])


@pytest.mark.parametrize("key", ["AMS99", {"name": "AMS99"}, "00000000-0000-4000-8000-000000000000"])
def test_missing(places, tmp_path, key):
    with pytest.raises(DevToolsError, match=r"location: there is no location .*(AMS99|0000)"):
        _resolve(tmp_path, location=key)


@pytest.mark.parametrize("lookups", [{"nmae": "AMS01"}, {"name__is": "AMS01"}, {"pk": "AMS01"}])
def test_lookups_that_the_model_does_not_have(places, tmp_path, lookups):
    with pytest.raises(DevToolsError, match="location: "):
        _resolve(tmp_path, location=lookups)


def test_none_is_none(places, tmp_path):
    assert _resolve(tmp_path, location=None, upload=None) == {"location": None, "upload": None}


def test_an_unknown_variable_with_a_suggestion(tmp_path):
    with pytest.raises(
        DevToolsError, match=r"Everything has no variable 'loction'\. Did you mean location\?"
    ) as caught:
        _resolve(tmp_path, loction="AMS01")
    assert "dryrun" in str(caught.value)

    with pytest.raises(DevToolsError, match=r"no variable 'zzz'\. It has: location, "):
        _resolve(tmp_path, zzz=1)


def test_a_file(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "list.csv").write_bytes(b"a;b\r\n")

    upload = _resolve(tmp_path, upload="@below/list.csv")["upload"]

    assert (upload.name, upload.read()) == ("list.csv", b"a;b\r\n")


def test_a_missing_file_and_a_file_without_its_sign(tmp_path):
    with pytest.raises(DevToolsError, match=rf"upload: there is no file {tmp_path}/list\.csv"):
        _resolve(tmp_path, upload="@list.csv")
    with pytest.raises(DevToolsError, match=r"upload: a file is given as @path, not 'list\.csv'"):
        _resolve(tmp_path, upload="list.csv")


@pytest.mark.django_db
def test_defaults_as_in_the_form_of_the_ui():
    values = inputs.clean(Everything, {})

    expected = {"text": "as given", "number": 5, "yes": True, "data": {"a": [1, 2]}, "dryrun": False}
    assert {name: values[name] for name in expected} == expected
    assert values["location"] is None
    assert inputs.clean(DryByDefault, {"needed": "x"}) == {"needed": "x", "dryrun": True}
    assert inputs.clean(DryByDefault, {"needed": "x", "dryrun": False}) == {"needed": "x", "dryrun": False}


@pytest.mark.django_db
def test_without_defaults_as_from_the_rest_api():
    values = inputs.clean(Everything, {"number": 7}, defaults=False)

    assert (values["text"], values["number"], values["yes"], values["data"]) == ("", 7, False, None)
    assert inputs.clean(DryByDefault, {"needed": "x"}, defaults=False)["dryrun"] is False


@pytest.mark.django_db
def test_given_values_win_over_defaults():
    values = inputs.clean(Everything, {"text": "mine", "yes": False, "number": None, "data": {"b": None}})

    assert (values["text"], values["yes"], values["number"], values["data"]) == ("mine", False, None, {"b": None})


@pytest.mark.django_db
@pytest.mark.parametrize("value", [{"a": 1}, [1, {"b": None}], '{"a": 1}', 3, [], True])
def test_json(value):
    expected = json.loads(value) if isinstance(value, str) else value

    assert inputs.clean(Everything, {"data": value})["data"] == expected


def test_objects_become_primary_keys(places):
    both = Location.objects.filter(name__in=["AMS01", "LON01"])
    expected = {places["AMS01"].pk, places["LON01"].pk}

    assert set(inputs.clean(Everything, {"locations": both})["locations"]) == expected
    assert set(inputs.clean(Everything, {"locations": list(both)})["locations"]) == expected
    assert inputs.clean(Everything, {"location": places["AMS01"]})["location"] == places["AMS01"].pk
    assert inputs.clean(Everything, {"locations": Location.objects.none()})["locations"] == []


@pytest.mark.django_db
def test_an_upload_becomes_a_file_of_the_job():
    key = inputs.clean(Everything, {"upload": SimpleUploadedFile("list.csv", b"a;b")})["upload"]

    assert FileProxy.objects.get(pk=key).file.read() == b"a;b"


@pytest.mark.django_db
def test_choices_and_networks():
    values = inputs.clean(Everything, {"level": "low", "levels": ["low", "high"], "network": "10.0.0.0/8"})

    assert (values["level"], values["levels"], values["network"]) == ("low", ["low", "high"], "10.0.0.0/8")
    assert Everything.deserialize_data(values)["network"] == netaddr.IPNetwork("10.0.0.0/8")


@pytest.mark.django_db
def test_the_form_refuses_and_names_each_variable():
    with pytest.raises(ValidationError) as caught:
        inputs.clean(Everything, {"number": 0, "text": "much too long", "level": "medium", "network": "10.0.0.1/8"})

    assert set(caught.value.message_dict) == {"number", "text", "level", "network"}

    with pytest.raises(ValidationError) as caught:
        inputs.clean(DryByDefault, {})
    assert set(caught.value.message_dict) == {"needed"}


def test_an_object_outside_the_variables_query_is_refused(places):
    class OnlySites(Job):
        site = ObjectVar(model=Location, query_params={"location_type": "Site"})

        class Meta:
            name = "Only sites"

        def run(self, *, site):
            return site

    role = Role.objects.first()

    with pytest.raises(ValidationError) as caught:
        inputs.clean(OnlySites, {"site": role})
    assert set(caught.value.message_dict) == {"site"}


def test_an_empty_mapping_is_any_object(places, tmp_path):
    from nautobot.dcim.models import Location

    values = _resolve(tmp_path, location={})

    assert values["location"] == Location.objects.order_by("pk").first()

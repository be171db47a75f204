"""What objects are called and where they belong, model by model; and which of them a selection contains."""

import pytest
from django.apps import apps

from jobs.toolkit.scope import Scope, ScopeMixin
from jobs.toolkit.subjects import _build, subject_of

SELECTIONS = [name for name in vars(ScopeMixin) if not name.startswith("_") and name != "everything"]


def known():
    return sorted(_build()) if apps.ready else []


@pytest.mark.parametrize("label", known())
def test_every_path_and_column_is_one_of_the_model(label, superuser, lab):
    """The database is asked by each of them, so a wrong name in the table cannot stay unseen."""
    subject = subject_of(label)
    model = apps.get_model(label)
    rows = model._default_manager.annotate(**subject.annotations()).order_by(*subject.order, "pk")
    list(rows.values("pk", *subject.annotations())[:5])
    for name in {*subject.paths, "locations"}:
        chosen = list(Scope(superuser, everything=True).of("dcim.location")) if name == "locations" else ()
        if chosen:
            list(Scope(superuser, locations=chosen).of(label)[:5])
    for name, paths in subject.paths.items():
        for path in paths:
            assert model._default_manager.filter(**{f"{path}__isnull": True}).count() >= 0, name


def test_a_component_belongs_where_its_device_is(lab, superuser):
    device = lab.device("switch", lab.device_type("Switch", interfaces=1))
    lab.device("other", lab.device_type("Other", interfaces=1), location=lab.location("LON01"))
    (port,) = Scope(superuser, locations=[lab.site], default_statuses=("Active",)).of("dcim.interface")
    assert port == device.interfaces.get()
    subject = subject_of("dcim.interface")
    (row,) = (
        type(port)
        ._default_manager.filter(pk=port.pk)
        .annotate(**subject.annotations())
        .values("pk", *subject.annotations())
    )
    assert subject.display(row) == "switch eth 1"
    assert row["subject_location"] == lab.site.pk


def test_a_cable_belongs_where_its_ends_are(lab, superuser):
    devices = [lab.device(name, lab.device_type(name, interfaces=1)) for name in ("one", "two")]
    cable = lab.cable(devices[0].interfaces.get(), devices[1].interfaces.get())
    assert list(Scope(superuser, locations=[lab.site]).of("dcim.cable")) == [cable]
    assert list(Scope(superuser, locations=[lab.location("LON01")]).of("dcim.cable")) == []


def test_what_cannot_have_what_is_selected_is_not_in_the_selection(lab, superuser):
    assert Scope(superuser, everything=True).of("extras.status").exists()
    assert not Scope(superuser, locations=[lab.site]).of("extras.status").exists()


def test_a_prefix_is_in_scope_by_any_of_its_locations(lab, superuser):
    from nautobot.ipam.models import Prefix

    prefix = Prefix(prefix="10.0.0.0/24", status=lab.active)
    prefix.validated_save()
    assert list(Scope(superuser, locations=[lab.region]).of("ipam.prefix")) == []
    prefix.locations.add(lab.site)
    assert list(Scope(superuser, locations=[lab.region]).of("ipam.prefix")) == [prefix]


def test_a_cable_without_ends_is_in_everything_and_one_of_planned_devices_too(lab, superuser):
    from nautobot.dcim.models import Cable

    planned = [
        lab.device(name, lab.device_type(name, interfaces=1), status=lab.status("Planned")) for name in ("one", "two")
    ]
    lab.cable(planned[0].interfaces.get(), planned[1].interfaces.get())
    everything = Scope(superuser, everything=True, default_statuses=("Active",))
    assert set(everything.of("dcim.cable")) == set(Cable.objects.all())
    assert list(everything.of("dcim.interface")) == []
    assert Scope(superuser, locations=[lab.site], default_statuses=("Active",)).of("dcim.cable").count() == 1

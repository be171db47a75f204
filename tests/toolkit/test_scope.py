"""Which devices a selection means, what is refused, and what a user gets to see of them."""

import pytest

from jobs.toolkit.access import AccessError
from jobs.toolkit.scope import DeviceScopeMixin, One, Scope, ScopeError


@pytest.fixture
def names(superuser):
    """A function that returns the names of the devices in a scope."""

    def run(user=None, **selection):
        return sorted(device.name for device in Scope(user or superuser, **selection).queryset())

    return run


@pytest.fixture
def devices(lab):
    """One device in a room of AMS01, two in LON01."""
    from nautobot.dcim.models import LocationType

    kind = lab.device_type("Switch")
    room_type = LocationType(name="Room", parent=lab.site_type)
    room_type.validated_save()
    room_type.content_types.set(lab.site_type.content_types.all())
    lab.london = lab.location("LON01")
    lab.site_type, lab.room_type = room_type, room_type
    lab.room = lab.location("Room 1", parent=lab.site)
    return [
        lab.device("ams", kind, location=lab.room),
        lab.device("lon-1", kind, location=lab.london),
        lab.device("lon-2", kind, location=lab.london, status=lab.status("Planned")),
    ]


def test_everything(names, devices):
    assert names(everything=True) == ["ams", "lon-1", "lon-2"]


@pytest.mark.parametrize("empty", [{}, {"locations": None, "tags": "", "dynamic_group": ""}, {"everything": False}])
def test_nothing_selected_is_not_everything(names, devices, empty):
    with pytest.raises(ScopeError, match=r"Locations, Location types, Roles.*Everything"):
        names(**empty)


def test_empty_querysets_select_nothing(names, devices):
    from nautobot.dcim.models import Location

    with pytest.raises(ScopeError, match="Nothing is selected"):
        names(locations=Location.objects.none())


def test_everything_and_a_selection_contradict(names, devices, lab):
    with pytest.raises(ScopeError, match="Locations"):
        names(everything=True, locations=[lab.london])


def test_everything_of_one_status(names, devices, lab):
    assert names(everything=True, statuses=[lab.active]) == ["ams", "lon-1"]


def test_locations_include_those_below(names, devices, lab):
    assert names(locations=[lab.region]) == ["ams", "lon-1", "lon-2"]
    assert names(locations=[lab.site]) == ["ams"]
    assert names(locations=[lab.room, lab.london]) == ["ams", "lon-1", "lon-2"]


def test_location_types_include_locations_below(names, devices, lab):
    assert names(location_types=[lab.region_type]) == ["ams", "lon-1", "lon-2"]
    assert names(location_types=[lab.room_type]) == ["ams"]
    assert names(location_types=[lab.room_type], locations=[lab.london]) == []


def test_selections_narrow_each_other(names, devices, lab):
    assert names(locations=[lab.london], statuses=[lab.active]) == ["lon-1"]


def test_plain_fields(names, devices, lab):
    from nautobot.dcim.models import Platform
    from nautobot.tenancy.models import Tenant

    other_role, other_type = lab.make_role("Firewall"), lab.device_type("Firewall")
    platform, tenant = Platform(name="OS"), Tenant(name="Customer")
    platform.validated_save()
    tenant.validated_save()
    lab.device("fw", other_type, role=other_role, platform=platform, tenant=tenant)
    assert names(roles=[other_role]) == ["fw"]
    assert names(device_types=[other_type]) == ["fw"]
    assert names(platforms=[platform]) == ["fw"]
    assert names(tenants=[tenant]) == ["fw"]
    assert names(everything=True, exempt_roles=[other_role]) == ["ams", "lon-1", "lon-2"]


def test_tags_any_of_them_and_each_device_once(names, devices):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device
    from nautobot.extras.models import Tag

    tags = [Tag(name=name) for name in ("one", "two")]
    for tag in tags:
        tag.validated_save()
        tag.content_types.add(ContentType.objects.get_for_model(Device))
    devices[0].tags.set(tags)
    devices[1].tags.set(tags[1:])
    assert names(tags=tags) == ["ams", "lon-1"]
    assert names(tags=tags[:1]) == ["ams"]


def test_dynamic_group(names, devices):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, Rack
    from nautobot.extras.models import DynamicGroup

    group = DynamicGroup(
        name="London", content_type=ContentType.objects.get_for_model(Device), filter={"location": ["LON01"]}
    )
    group.validated_save()
    group.update_cached_members()
    assert names(dynamic_group=group) == ["lon-1", "lon-2"]

    racks = DynamicGroup(name="Racks", content_type=ContentType.objects.get_for_model(Rack), filter={})
    racks.validated_save()
    with pytest.raises(ScopeError, match="Racks"):
        names(dynamic_group=racks)


def test_default_statuses(names, devices, lab):
    assert names(everything=True, default_statuses=("Active",)) == ["ams", "lon-1"]
    assert names(statuses=[lab.status("Planned")], default_statuses=("Active",)) == ["lon-2"]


def test_user_without_permission(names, devices, make_user):
    with pytest.raises(AccessError, match=r"dcim\.view_device"):
        names(user=make_user(), everything=True)


def test_user_with_constraints_sees_the_rest_nowhere(names, devices, lab, make_user):
    user = make_user(permissions={"dcim.view_device": {"location__name": "LON01"}})
    assert names(user=user, everything=True) == ["lon-1", "lon-2"]
    assert names(user=user, locations=[lab.site]) == []


def test_action_is_asked_for(devices, make_user):
    user = make_user(permissions={"dcim.view_device": None, "dcim.change_device": {"name": "ams"}})
    assert [device.name for device in Scope(user, "change", everything=True).queryset()] == ["ams"]
    with pytest.raises(AccessError, match=r"dcim\.delete_device"):
        Scope(user, "delete", everything=True).queryset()


def test_queries_do_not_grow_with_the_tree(devices, lab, superuser, django_assert_num_queries):
    from nautobot.dcim.models import Location

    superuser.get_all_permissions()
    with django_assert_num_queries(2):  # the tree, and the devices
        list(Scope(superuser, locations=[lab.region]).queryset())
    for number in range(20):
        Location(name=f"Room {number + 2}", location_type=lab.room_type, parent=lab.site, status=lab.active).save()
    with django_assert_num_queries(2):
        list(Scope(superuser, locations=[lab.region]).queryset())


def test_description(devices, lab, superuser):
    scope = Scope(superuser, locations=[lab.site, lab.london], default_statuses=("Active",), exempt_roles=[lab.role])
    assert scope.describe() == "Locations: AMS01, LON01; Statuses: Active; without roles: Switch"
    assert Scope(superuser, everything=True).describe() == "All devices"


def test_variables_and_selections_are_the_same(superuser):
    variables = {name for name in vars(DeviceScopeMixin) if not name.startswith("_")}
    Scope(superuser, **dict.fromkeys(variables))
    with pytest.raises(TypeError, match="regions"):
        Scope(superuser, regions=[])


def one_by_one(user, *objects):
    return Scope(user, objects=[One.of(obj) for obj in objects])


def test_objects_one_by_one_with_their_parts(lab, superuser):
    box = lab.device_type("Box", interfaces=2)
    first, second = lab.device("sw-01", box), lab.device("sw-02", box, status=lab.status("Planned"))
    scope = one_by_one(superuser, second)
    assert list(scope.queryset()) == [second]
    assert {interface.device for interface in scope.of("dcim.interface")} == {second}
    assert not scope.of("ipam.prefix").exists()
    assert (scope.includes("dcim.interface"), scope.includes("dcim.rack")) == (True, False)
    assert scope.describe() == "sw-02"
    assert scope.key != one_by_one(superuser, first).key != Scope(superuser, everything=True).key


def test_what_is_in_a_rack(lab, superuser):
    rack, box = lab.rack("R1"), lab.device_type("Box", interfaces=1)
    inside, _ = lab.device("sw-01", box, rack=rack), lab.device("sw-02", box)
    scope = one_by_one(superuser, rack)
    assert list(scope.queryset()) == [inside]
    assert [interface.device for interface in scope.of("dcim.interface")] == [inside]
    assert list(scope.of("dcim.rack")) == [rack]


def test_objects_and_a_selection_narrow_each_other(lab, superuser):
    device = lab.device("sw-01", lab.device_type("Box"))
    selected = {"objects": [One.of(device)], "statuses": [lab.status("Planned")]}
    assert not Scope(superuser, **selected).queryset().exists()


def test_objects_that_the_user_may_not_view(lab, make_user):
    device = lab.device("sw-01", lab.device_type("Box"))
    user = make_user(permissions={"dcim.view_device": {"name": "sw-02"}})
    assert not one_by_one(user, device).queryset().exists()

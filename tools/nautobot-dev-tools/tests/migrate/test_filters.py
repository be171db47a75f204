"""query_params and filter sets use the new names of filters."""

import pytest
from migrating import after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.models import current, models
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.filters import STILL, Filters, new_filter

HEAD = """\
from nautobot.dcim.filters import DeviceFilterSet
from nautobot.dcim.models import Device, Rack, Site
from nautobot.extras.jobs import Job, ObjectVar
from nautobot.ipam.models import IPAddress, Prefix

"""


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('model=Device, query_params={"site": "$site"}', 'model=Device, query_params={"location": "$site"}'),
        ("model=Device, query_params={'site_id': '$site'}", "model=Device, query_params={'location': '$site'}"),
        ('model=Rack, query_params={"group_id": "$g"}', 'model=Rack, query_params={"rack_group": "$g"}'),
        ('model=Device, query_params={"tag": "$t", "x": 1}', 'model=Device, query_params={"tags": "$t", "x": 1}'),
        (
            'model=Device, query_params={"manufacturer_id": "$m"}',
            'model=Device, query_params={"manufacturer": "$m"}',
        ),
        ('model=Site, query_params={"region_id": "$r"}', 'model=Site, query_params={"subtree": "$r"}'),
        ('model=Device, query_params={"status": "active"}', 'model=Device, query_params={"status": "Active"}'),
        (
            'model=Device, query_params={"status": ["active", "Mine"]}',
            'model=Device, query_params={"status": ["Active", "Mine"]}',
        ),
        ('model=Device, query_params={"device_type_id__n": x}', 'model=Device, query_params={"device_type__n": x}'),
    ],
)
def test_becomes(before, expected):
    assert_becomes(f"{HEAD}x = ObjectVar({before})\n", f"{HEAD}x = ObjectVar({expected})\n", Filters())


def test_filter_sets_are_changed():
    before = 'DeviceFilterSet({"site": [x]}, Device.objects.all())\nDeviceFilterSet(data={"tag": ["y"]})\n'
    expected = 'DeviceFilterSet({"location": [x]}, Device.objects.all())\nDeviceFilterSet(data={"tags": ["y"]})\n'
    assert_becomes(HEAD + before, HEAD + expected, Filters())


@pytest.mark.parametrize(
    "code",
    [
        'x = ObjectVar(model=Device, query_params={"location": "$site", "role": "router"})',
        'x = ObjectVar(model=Unknown, query_params={"site": "$site"})',
        "x = ObjectVar(model=Device, query_params=PARAMS)",
        'x = dict(query_params={"site": 1})',
        'f(model=Device, other={"site": 1})',
        'MineFilterSet({"site": 1})',
        'x = {"site": 1}',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", Filters())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('x = ObjectVar(model=Prefix, query_params={"is_pool": True})', "The filter is_pool is type now"),
        ('x = ObjectVar(model=Site, query_params={"slug": "x"})', "The filter slug of Location is gone"),
        ('x = ObjectVar(model=Device, query_params={"site": "$x", "location": "$y"})', "which is given here as well"),
        (
            'x = ObjectVar(model=Device, query_params={"location": "null", "region": "$y"})',
            "which is given here as well",
        ),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(HEAD + code + "\n", Filters())
    assert reason in text
    assert text.splitlines()[-1] == code


def test_two_that_became_one_are_left_to_a_person():
    code = 'x = ObjectVar(model=Device, query_params={"site": "null", "region": "$y"})\n'
    text = after(HEAD + code, Filters())
    assert "The filter region is location now, which is given here as well" in text
    assert text.endswith(code.replace("site", "location"))


def test_a_slug_in_a_job_of_1x_is_marked():
    code = """\
class Example(Job):
    x = ObjectVar(model=Device, query_params={"role": "core-router"})

    def run(self, data, commit):
        pass
"""
    assert "The filter role takes a name in place of the slug core-router" in after(HEAD + code, Filters())


def test_a_region_is_only_likely():
    done = migrated(HEAD + 'x = ObjectVar(model=Device, query_params={"region": "$r", "tag": "$t"})\n', Filters())
    found = {each.message: each.confidence for each in done.outcomes["jobs/example.py"].changes}
    assert found == {
        "The filter region of Device is location now": "likely",
        "The filter tag of Device is tags now": "certain",
    }


def test_every_row_is_known():
    for model, old, _ in table("v2-filters-renamed-fields").rows + table("v2-filters-removed-fields").rows:
        new, _, problem = new_filter(model, old)
        assert problem or new != old or (model, old) in STILL


def test_new_names_are_filters_of_nautobot():
    from django.apps import apps
    from nautobot.core.utils.lookup import get_filterset_for_model

    missing = []
    rows = table("v2-filters-renamed-fields").rows + table("v2-filters-removed-fields").rows
    for model, old, _ in rows:
        new, _, problem = new_filter(model, old)
        name = current(model)
        if not problem and name in models():
            filters = get_filterset_for_model(apps.get_model(models()[name].app, name)).get_filters()
            missing += [] if new in filters else [(model, old, new)]
    assert missing == []


def test_old_names_are_no_filters_today():
    from django.apps import apps
    from nautobot.core.utils.lookup import get_filterset_for_model

    still = set()
    for model, old, _ in table("v2-filters-renamed-fields").rows + table("v2-filters-removed-fields").rows:
        name = current(model)
        if name in models():
            filters = get_filterset_for_model(apps.get_model(models()[name].app, name)).get_filters()
            still |= {(model, old)} if old in filters else set()
    assert still == STILL

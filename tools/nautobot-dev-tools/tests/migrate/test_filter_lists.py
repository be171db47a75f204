"""Filters that take lists since 3.0."""

import pytest
from migrating import NEEDS_3_2, after, assert_untouched
from nautobot_dev_tools.migrate.transformations.filter_lists import _LISTS, FilterLists

HEAD = "from nautobot.dcim.filters import DeviceFilterSet, PowerOutletFilterSet\n\n"


@pytest.mark.parametrize(
    "code",
    ['PowerOutletFilterSet({"power_port": x.pk})', 'PowerOutletFilterSet(data={"name": ["x"], "power_port": "y"})'],
)
def test_is_marked(code):
    text = after(HEAD + code + "\n", FilterLists())
    assert "the filter power_port of PowerOutlet takes a list now" in text
    assert text.splitlines()[-1] == code


@pytest.mark.parametrize(
    "code",
    [
        'PowerOutletFilterSet({"power_port": [x.pk]})',
        'PowerOutletFilterSet({"name": "x"})',
        'DeviceFilterSet({"power_port": x})',
        'x = {"power_port": 1}',
        'Other({"power_port": 1})',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", FilterLists())


@NEEDS_3_2
def test_the_filters_take_lists_in_nautobot():
    from django.apps import apps
    from django_filters import ModelMultipleChoiceFilter
    from nautobot.core.utils.lookup import get_filterset_for_model

    models = {model._meta.object_name: model for model in apps.get_models()}
    for model, name in _LISTS:
        assert isinstance(get_filterset_for_model(models[model]).get_filters()[name], ModelMultipleChoiceFilter), model

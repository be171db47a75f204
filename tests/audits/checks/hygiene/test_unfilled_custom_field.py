"""EXTRAS-CUSTOMFIELD-001: which custom fields nobody fills."""

import pytest

from jobs.audits.checks.hygiene import UnfilledCustomField


@pytest.fixture
def make_field(make):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, Rack

    def run(key, kind="text", models=(Device, Rack)):
        field = make("extras.customfield", label=f"Field {key}", key=key, type=kind)
        field.content_types.set(ContentType.objects.get_for_models(*models).values())
        return field

    return run


@pytest.fixture
def asked(ask):
    return lambda: [finding.details["key"] for finding in ask(UnfilledCustomField(), most_queries=2)]


@pytest.mark.parametrize("value", [None, "", [], "missing"])
def test_no_value(lab, ask, asked, make_field, switch, value):
    make_field("owner")
    lab.force(switch, _custom_field_data={} if value == "missing" else {"owner": value})
    assert asked() == ["owner"]
    assert ask(UnfilledCustomField(), most_queries=2)[0].display == "Field owner"


@pytest.mark.parametrize("value", ["x", 0, False, ["x"], {"x": 1}])
def test_value(lab, asked, make_field, switch, value):
    make_field("owner")
    lab.force(switch, _custom_field_data={"owner": value})
    assert asked() == []


def test_value_of_another_field(lab, asked, make_field, switch):
    make_field("owner")
    make_field("own")
    lab.force(switch, _custom_field_data={"own": "x"})
    assert asked() == ["owner"]


def test_value_in_what_the_field_is_not_for(lab, asked, make_field, switch):
    from nautobot.dcim.models import Rack

    make_field("owner", models=(Rack,))
    make_field("other")
    lab.force(switch, _custom_field_data={"owner": "x", "other": "x"})
    assert asked() == ["owner"]


def test_no_custom_fields(asked):
    assert asked() == []


def test_no_more_queries_for_more_fields(asked, make_field, switch):
    for index in range(10):
        make_field(f"field_{index}")
    assert len(asked()) == 10

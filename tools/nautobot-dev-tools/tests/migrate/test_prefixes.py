"""Pools, containers, and what is in a prefix."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.prefixes import Prefixes

HEAD = "from nautobot.extras.models import Status\nfrom nautobot.ipam.models import IPAddress, Prefix\n\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Prefix.objects.filter(is_pool=True)", 'Prefix.objects.filter(type="pool")'),
        ("Prefix(prefix=x, is_pool=True)", 'Prefix(prefix=x, type="pool")'),
        ("Prefix.objects.first().get_child_prefixes()", "Prefix.objects.first().descendants()"),
        ("def f(prefix):\n    prefix.get_child_prefixes()", "def f(prefix):\n    prefix.descendants()"),
    ],
)
def test_becomes(before, expected):
    assert_becomes(HEAD + before + "\n", HEAD + expected + "\n", Prefixes())


@pytest.mark.parametrize(
    "code",
    [
        'Prefix.objects.filter(type="pool")',
        "Prefix.objects.filter(is_pool=False)",
        "other.filter(is_pool=True)",
        "Prefix.objects.first().descendants()",
        'Status.objects.get(name="Active")',
        'IPAddress.objects.filter(description="container")',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", Prefixes())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('Prefix.objects.filter(status__slug="container")', "the status Container is gone"),
        ('Status.objects.get(name="Container")', "the status Container is gone"),
        ("from nautobot.ipam.models import Aggregate", "aggregates are prefixes of the type container"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(HEAD + code + "\n", Prefixes())
    assert reason in text
    assert text.splitlines()[-1] == code


def test_every_query_of_aggregates_is_marked():
    code = "from nautobot.ipam.models import Aggregate\n\nAggregate.objects.filter(rir=x)\n"
    assert after(code, Prefixes()).count("# TODO(migrate)") == 2

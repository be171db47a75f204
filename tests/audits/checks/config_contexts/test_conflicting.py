"""EXTRAS-CONTEXT-006: which config contexts of equal weight disagree."""

import pytest

from jobs.audits.checks.config_contexts import ConflictingContexts


@pytest.fixture
def asked(ask):
    return lambda user=None: ask(ConflictingContexts(), user, most_queries=5)


def test_different_values_for_a_common_device(asked, lab, make_context, switch):
    loser = make_context("a", {"ntp": {"servers": [1], "port": 123}, "x": 1}, roles=[lab.role])
    winner = make_context("b", {"ntp": {"servers": [2], "port": 123}, "y": 1}, locations=[lab.region])
    (finding,) = asked()
    assert (finding.pk, finding.key) == (str(loser.pk), str(winner.pk))
    assert finding.details == {"other": "b", "keys": "ntp.servers", "weight": "1000", "objects": "1"}


def test_common_virtual_machine(asked, lab, make_context, machine):
    make_context("a", {"dns": 1}, clusters=[machine.cluster])
    make_context("b", {"dns": 2}, locations=[lab.region])
    assert [finding.display for finding in asked()] == ["a"]


def test_no_common_object(asked, lab, make_context, switch):
    make_context("a", {"dns": 1}, locations=[lab.site])
    make_context("b", {"dns": 2}, locations=[lab.location("LON01")])
    assert asked() == []


@pytest.mark.parametrize("other", [{"dns": 1}, {"ntp": 2}, {}])
def test_nothing_differs(asked, make_context, switch, other):
    make_context("a", {"dns": 1})
    make_context("b", other)
    assert asked() == []


def test_weights_decide(asked, make_context, switch):
    make_context("a", {"dns": 1})
    make_context("b", {"dns": 2}, weight=2000)
    assert asked() == []


def test_inactive(asked, make_context, switch):
    make_context("a", {"dns": 1})
    make_context("b", {"dns": 2}, is_active=False)
    assert asked() == []


def test_what_the_user_may_not_view_is_not_named(asked, make_user, make_context, switch):
    make_context("a", {"dns": 1})
    make_context("b", {"dns": 2})
    (finding,) = asked(make_user("limited", {"extras.view_configcontext": {"name": "a"}}))
    assert "other" not in finding.details

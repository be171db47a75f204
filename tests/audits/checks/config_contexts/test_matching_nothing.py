"""EXTRAS-CONTEXT-007: which config contexts apply to nothing."""

import pytest

from jobs.audits.checks.config_contexts import ContextMatchingNothing


@pytest.fixture
def asked(found):
    return lambda: found(ContextMatchingNothing(), most_queries=5)


def test_no_object_has_what_is_asked_for(asked, lab, make_context, switch, machine):
    make_context("nowhere", {}, locations=[lab.location("LON01")])
    make_context("nobody", {}, roles=[lab.make_role("Router")], locations=[lab.site])
    assert asked() == ["nobody", "nowhere"]


def test_a_device_has(asked, lab, make_context, switch):
    make_context("here", {}, roles=[lab.role], locations=[lab.region])
    assert asked() == []


def test_a_machine_has(asked, make_context, machine):
    make_context("here", {}, clusters=[machine.cluster])
    assert asked() == []


def test_asks_for_nothing(asked, make_context, switch):
    make_context("all", {})
    assert asked() == []


def test_inactive_is_another_check(asked, lab, make_context, switch):
    make_context("nowhere", {}, locations=[lab.location("LON01")], is_active=False)
    assert asked() == []


def test_whatever_the_status(asked, lab, make_context, switch):
    lab.force(switch, status=lab.status("Planned"))
    make_context("here", {}, roles=[lab.role])
    assert asked() == []

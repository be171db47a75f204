"""EXTRAS-CONTEXT-008: which config contexts are inactive."""

from jobs.audits.checks.config_contexts import InactiveContext


def test_inactive(found, make_context):
    make_context("off", {}, is_active=False)
    make_context("on", {})
    assert found(InactiveContext()) == ["off"]

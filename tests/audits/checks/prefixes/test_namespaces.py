"""IPAM-PREFIX-004: which prefixes of namespaces overlap that must not."""

from jobs.audits.checks.prefixes import PrefixInNamespaces

BOTH = (("Global", "Other"),)


def test_same_prefix(lab, ask):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/24", namespace="Other")
    findings = ask(PrefixInNamespaces(distinct=BOTH))
    assert [finding.display for finding in findings] == ["10.0.1.0/24", "10.0.1.0/24"]
    assert {finding.details["namespace"]: finding.details["overlaps"] for finding in findings} == {
        "Global": "Other",
        "Other": "Global",
    }


def test_part_of_another(lab, found):
    lab.prefix("10.0.0.0/16")
    lab.prefix("10.0.1.0/24", namespace="Other")
    assert found(PrefixInNamespaces(distinct=BOTH)) == ["10.0.1.0/24"]


def test_part_of_a_container(lab, found):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24", namespace="Other")
    assert found(PrefixInNamespaces(distinct=BOTH)) == []


def test_side_by_side(lab, found):
    lab.prefix("10.0.0.0/24")
    lab.prefix("10.0.1.0/24", namespace="Other")
    assert found(PrefixInNamespaces(distinct=BOTH)) == []


def test_other_namespaces_may_overlap(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/24", namespace="Guest")
    assert found(PrefixInNamespaces(distinct=BOTH)) == []
    assert found(PrefixInNamespaces(distinct=(("Global", "Other"), ("Guest", "Other")))) == []


def test_same_namespace(lab, found):
    lab.prefix("10.0.0.0/16")
    lab.prefix("10.0.1.0/24")
    assert found(PrefixInNamespaces(distinct=BOTH)) == []


def test_deprecated(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/24", namespace="Other", status="Deprecated")
    assert found(PrefixInNamespaces(distinct=BOTH)) == []


def test_idle_without_policy():
    assert PrefixInNamespaces().idle()
    assert not PrefixInNamespaces(distinct=BOTH).idle()


def test_namespaces_that_the_user_may_not_view_are_not_named(lab, ask, make_user):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/24", namespace="Other")
    user = make_user("limited", {"ipam.view_prefix": None})
    assert [finding.details for finding in ask(PrefixInNamespaces(distinct=BOTH), user)] == [{}, {}]

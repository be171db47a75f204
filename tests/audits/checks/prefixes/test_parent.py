"""IPAM-PREFIX-005: which prefixes have the wrong parent."""

import pytest

from jobs.audits.checks.prefixes import PrefixParent


@pytest.fixture
def tree(lab):
    return {text: lab.prefix(text, "container") for text in ("10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/28")}


def test_right(lab, found, tree):
    lab.prefix("2001:db8::/32")
    lab.prefix("10.0.0.0/8", namespace="Guest")
    lab.prefix("10.0.1.0/24", namespace="Guest")
    assert [prefix.parent for prefix in tree.values()][1:]
    assert found(PrefixParent()) == []


def test_a_sibling_contains_it(lab, ask, tree):
    lab.force(tree["10.0.1.0/24"], parent=tree["10.0.0.0/8"])
    (finding,) = ask(PrefixParent())
    assert finding.pk == str(tree["10.0.1.0/24"].pk)
    assert "child of its parent" in finding.message
    assert finding.details == {"parent": "10.0.0.0/8"}


def test_no_parent(lab, ask, tree):
    lab.force(tree["10.0.1.0/24"], parent=None)
    (finding,) = ask(PrefixParent())
    assert finding.display == "10.0.1.0/24"
    assert "no parent" in finding.message


def test_all_without_parent(lab, found, tree):
    for prefix in tree.values():
        lab.force(prefix, parent=None)
    assert found(PrefixParent()) == ["10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/28"]


def test_outside(lab, ask, tree):
    lab.force(lab.prefix("10.1.0.0/16"), parent=tree["10.0.0.0/16"])
    (finding,) = ask(PrefixParent())
    assert finding.display == "10.1.0.0/16"
    assert "does not contain" in finding.message


def test_other_namespace(lab, found, tree):
    lab.prefix("10.0.0.0/8", namespace="Guest")
    prefix = lab.prefix("10.0.2.0/24", namespace="Guest")
    lab.force(prefix, parent=tree["10.0.0.0/16"])
    assert found(PrefixParent()) == ["10.0.2.0/24"]


def test_a_wrong_parent_further_up_is_reported_instead(lab, found, tree):
    # Of 10.0.1.0/28 the nearest is 10.0.1.0/24, whose own parent is wrong: mending that one shows the other.
    lab.force(tree["10.0.1.0/28"], parent=tree["10.0.0.0/16"])
    lab.force(tree["10.0.1.0/24"], parent=tree["10.0.0.0/8"])
    assert found(PrefixParent()) == ["10.0.1.0/24"]
    lab.force(tree["10.0.1.0/24"], parent=tree["10.0.0.0/16"])
    assert found(PrefixParent()) == ["10.0.1.0/28"]

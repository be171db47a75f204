"""EXTRAS-TAG-002: which tags have nearly the same name as another."""

import pytest

from jobs.audits.checks.hygiene import AlikeTags


@pytest.mark.parametrize(
    "name", ["Access Switch", "access  switch ", "access-switch", "Access_Switch", "access switches", "ACCESS - SWITCH"]
)
def test_another_spelling(ask, make, name):
    make("extras.tag", name="access switch")
    newer = make("extras.tag", name=name)
    (finding,) = ask(AlikeTags())
    assert (finding.pk, finding.key, finding.details) == (str(newer.pk), "", {"others": "access switch"})


@pytest.mark.parametrize("name", ["access switch 2", "accessswitch", "access switchs s", "acces switch", "1-1"])
def test_other_names(found, make, name):
    for each in ("access switch", "11", name):
        make("extras.tag", name=each)
    assert found(AlikeTags()) == []


def test_all_but_the_oldest(lab, found, make):
    from datetime import timedelta

    from django.utils import timezone

    make("extras.tag", name="pci")
    oldest = make("extras.tag", name="PCI")
    lab.force(oldest, created=timezone.now() - timedelta(days=1))
    make("extras.tag", name="Pci")
    assert sorted(found(AlikeTags())) == ["Pci", "pci"]


def test_what_the_user_may_not_view_is_not_named(ask, make, make_user):
    from nautobot.extras.models import Tag

    make("extras.tag", name="pci")
    make("extras.tag", name="PCI")
    user = make_user("limited", {"extras.view_tag": {"name": "PCI"}})
    (finding,) = ask(AlikeTags(), user, objects=Tag.objects.restrict(user))
    assert (finding.display, finding.details) == ("PCI", {})

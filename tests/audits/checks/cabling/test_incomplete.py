"""DCIM-CABLE-012: which cables lack what the policy wants."""

from jobs.audits.checks.cabling import CableIncomplete


def test_missing(ask, link):
    (finding,) = ask(CableIncomplete(required=("type", "length")))
    assert finding.pk == str(link.pk)
    assert finding.details == {"missing": "type, length", "A end": "a eth1", "B end": "b eth1"}


def test_one_missing(ask, lab, link):
    lab.force(link, type="cat6")
    (finding,) = ask(CableIncomplete(required=("type", "length")))
    assert finding.details["missing"] == "length"


def test_complete(ask, lab, link):
    lab.force(link, type="cat6")
    assert ask(CableIncomplete(required=("type",))) == []


def test_planned(ask, lab, link):
    lab.force(link, status=lab.status("Planned"))
    assert ask(CableIncomplete(required=("type",))) == []
    assert len(ask(CableIncomplete(required=("type",), statuses=("Planned",)))) == 1

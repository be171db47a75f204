"""DCIM-CABLE-007: which cable paths split, or lead back to where they came from."""

from jobs.audits.checks.cabling import PathSplitsOrReturns


def test_back_over_a_panel(ask, lab, cabling):
    rear, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    lab.cable(rear, cabling.port("a", "eth2"))
    one, other = ask(PathSplitsOrReturns())
    assert (one.display, one.details) == ("a eth1", {"far end": "a eth2"})
    assert (other.display, other.details) == ("a eth2", {"far end": "a eth1"})


def test_to_another_device(ask, lab, cabling):
    rear, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    lab.cable(rear, cabling.port("b"))
    assert ask(PathSplitsOrReturns()) == []


def test_directly_is_another_check(ask, lab, cabling):
    lab.cable(cabling.port("a"), cabling.port("a", "eth2"))
    assert ask(PathSplitsOrReturns()) == []


def test_split(ask, lab, cabling):
    rear, _ = cabling.panel(positions=2)
    lab.cable(cabling.port("a"), rear)
    (finding,) = ask(PathSplitsOrReturns())
    assert (finding.display, finding.details) == ("a eth1", {})
    assert "splits" in finding.message


def test_several_positions_at_both_ends(ask, lab, cabling):
    panels = [cabling.panel(name, positions=2) for name in ("left", "right")]
    lab.cable(panels[0][0], panels[1][0])
    for name, (_, fronts) in zip("ab", panels, strict=True):
        lab.cable(cabling.port(name), fronts[1])
    assert ask(PathSplitsOrReturns()) == []


def test_nothing_behind_the_panel(ask, lab, cabling):
    _, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    assert ask(PathSplitsOrReturns()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, lab, cabling, make_user):
    rear, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    lab.cable(rear, cabling.port("a", "eth2"))
    user = make_user("limited", {"dcim.view_interface": {"name": "eth1"}, "dcim.view_device": None})
    findings = ask(PathSplitsOrReturns(), user)
    assert [finding.details for finding in findings if finding.display == "a eth1"] == [{}]

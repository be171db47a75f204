"""DCIM-LINK-006: which links are in a LAG at one end only."""

from jobs.audits.checks.interfaces import LagAtOneEnd


def test_trunk_at_the_other_end(ask, links):
    links.join(links.port("a", lag=links.lag("a")), links.port("b", mode="tagged"))
    (finding,) = ask(LagAtOneEnd())
    assert finding.display == "a eth1"
    assert finding.details == {"LAG": "ae1", "far end": "b eth1"}


def test_device_with_other_lags_at_the_other_end(ask, links, ends_of):
    links.lag("b")
    links.join(links.port("a", lag=links.lag("a")), links.port("b"))
    assert ends_of(ask(LagAtOneEnd())) == [["a eth1", "b eth1"]]


def test_server_without_any_lag(ask, links):
    links.join(links.port("a", lag=links.lag("a")), links.port("server"))
    assert ask(LagAtOneEnd()) == []


def test_both_ends(ask, links):
    links.bundle("a", "b")
    assert ask(LagAtOneEnd()) == []


def test_neither_end(ask, links):
    links.lag("a")
    links.lag("b")
    links.join(links.port("a"), links.port("b"))
    assert ask(LagAtOneEnd()) == []


def test_over_a_circuit(ask, links):
    links.over_circuit(links.port("a", lag=links.lag("a")), links.port("b", mode="tagged"))
    assert ask(LagAtOneEnd()) == []

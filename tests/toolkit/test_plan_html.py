"""The plan for people: complete, self-contained, escaped, capped, and the reason only once where it repeats."""

import re
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from html_tags import Page
from nautobot.dcim.models import Cable, Device, Interface

from jobs.toolkit import plan_html
from jobs.toolkit.page import content_hash
from jobs.toolkit.plan import Problem
from jobs.toolkit.plan_files import Outcome
from jobs.toolkit.plan_html import FIRST, MOST_CHANGES, MOST_PROBLEMS, marked, write_html

HOSTILE = "\"><script>alert('x')</script>"


@pytest.fixture
def outcome():
    job = SimpleNamespace(
        class_path="jobs.changes.sample.Sample",
        name="Sample change",
        user=HOSTILE,
        job_result=SimpleNamespace(get_absolute_url=lambda: "/extras/job-results/1/"),
    )
    made = Outcome(job, HOSTILE, datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc))
    made.base_url = "https://nautobot.example.com"
    return made


@pytest.fixture
def render(outcome, tmp_path):
    """A function that writes the plan and returns its text."""

    def run():
        outcome.take(outcome.plan, list(outcome.problems))
        write_html(tmp_path / "plan.html", outcome)
        return (tmp_path / "plan.html").read_text(encoding="utf-8")

    return run


def describe(outcome, number=1, reason="far end", text="to"):
    for index in range(number):
        port = Interface(name=f"eth{index}", description="from")
        outcome.plan.update(port, description=f"{text} {index}", reason=reason)
        outcome.names._names["dcim.interface", port.pk] = f"sw-01 eth{index}"


def words_of(text, start, end="</section>"):
    """The text from one place to another, without tags."""
    piece = text[text.index(start) :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", piece[: piece.index(end)])).strip()


def test_is_well_formed_self_contained_and_escaped(outcome, render):
    describe(outcome, text=HOSTILE, reason=HOSTILE)
    outcome.plan.create(Device(name=HOSTILE), reason=HOSTILE, verb=HOSTILE)
    with outcome.plan.row(HOSTILE):
        outcome.plan.delete(Cable(label=HOSTILE), reason="other")
        outcome.plan.problem(HOSTILE)
    outcome.plan.remark(HOSTILE)
    text = render()
    page = Page(text)
    assert page.errors == []
    assert text.count("<script") == 1
    assert not page.all("img", "src")
    assert not page.all("link", "href")
    (policy,) = [content for content in page.all("meta", "content") if "default-src" in content]
    style, script = (re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1] for tag in ("style", "script"))
    assert content_hash(style) in policy
    assert content_hash(script) in policy
    assert all(url.startswith("https://nautobot.example.com/") for url in page.all("a", "href"))


def test_tells_what_and_how_it_ended(outcome, render):
    describe(outcome, 3)
    outcome.plan.keep(4)
    text = render()
    assert (
        "3 changes 0 created 3 updated 0 deleted 4 as requested already 0 problems"
        in words_of(text, 'aria-label="Summary"').partition("> ")[2]
    )
    assert outcome.fingerprint in words_of(text, '<dl class="facts">', "</dl>")
    assert '<span class="state dry-run">' in text

    outcome.problems.append(Problem("no such name", "Row 3"))
    outcome.dryrun = False
    assert '<span class="state refused">' in render()
    outcome.applied = True
    assert '<span class="state in-part">' in render()
    outcome.problems.clear()
    assert '<span class="state applied">' in render()


def test_offers_a_fingerprint_only_of_what_can_be_applied(outcome, render, tmp_path):
    describe(outcome)
    assert 'id="fingerprint"' in render()
    with outcome.plan.row("Row 2"):
        outcome.plan.problem("no such name")
    outcome.take(outcome.plan, [])
    write_html(tmp_path / "plan.html", outcome)
    assert 'id="fingerprint"' not in (tmp_path / "plan.html").read_text(encoding="utf-8")
    text = render()  # with that row left out
    assert 'id="fingerprint"' in text
    assert "<b>Apply the good rows</b>" in text


def test_before_and_after(outcome, render):
    describe(outcome, 1)
    outcome.plan.create(Device(name="sw-02", serial="1"), reason="new")
    outcome.plan.delete(Cable(label="C-1"), reason="gone")
    text = render()
    assert '<dt>description</dt><dd class="del"><del>from</del></dd><dd class="ins"><ins>to 0</ins></dd>' in text
    created = text[text.index('class="group create"') : text.index('class="group delete"')]
    assert "<ins>sw-02</ins>" in created
    assert "<del>" not in created
    deleted = text[text.index('class="group delete"') :]
    assert "<del>C-1</del>" in deleted
    assert "<ins>" not in deleted


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a b c", "a x c", ("a <mark>b</mark> c", "a <mark>x</mark> c")),
        ("eth1 ", "eth1", ("eth1<mark> </mark>", "eth1")),
        ("one", "two", ("one", "two")),
        ("a a", "a a a", ("a a", "a a<mark> a</mark>")),
        ("<b> 1", "<b> 2", ("&lt;b&gt; <mark>1</mark>", "&lt;b&gt; <mark>2</mark>")),
        (None, "<i>", (None, "&lt;i&gt;")),
        ("", "", ("", "")),
    ],
)
def test_marks_what_differs(before, after, shown):
    assert marked(before, after) == shown


def test_a_very_long_value_is_cut(outcome, render):
    describe(outcome, text="x" * 100_000)
    text = render()
    assert len(text) < 90_000
    assert "100,002 characters" in text


def test_reason_once_where_it_repeats(outcome, render):
    describe(outcome, 30, reason="far end of the cable")
    assert render().count("far end of the cable") == 1
    describe(outcome, 1, reason="not connected")
    text = render()
    assert text.count("far end of the cable") == 30
    assert text.count("not connected") == 1


def test_groups_by_verb_and_model_in_order(outcome, render):
    outcome.plan.delete(Cable(label="C-1"), reason="r", verb="disconnect")
    describe(outcome, 2)
    outcome.plan.delete(Cable(label="C-2"), reason="r", verb="disconnect")
    text = render()
    assert re.findall(r"</i>([^<]+)</h3>.*?<em>(\d+)</em>", text) == [
        ("disconnect cables", "2"),
        ("update interfaces", "2"),
    ]


def test_links_to_what_is_there(outcome, render):
    device = Device(name="new")
    outcome.plan.create(device, reason="r")
    cable = Cable(label="C-1")
    outcome.plan.delete(cable, reason="r")
    pages = (
        f"https://nautobot.example.com/dcim/devices/{device.pk}/",
        f"https://nautobot.example.com/dcim/cables/{cable.pk}/",
    )
    assert [page in render() for page in pages] == [False, True]
    outcome.applied = True
    assert [page in render() for page in pages] == [True, False]


def test_chart_counts_by_model_and_action(outcome, render):
    describe(outcome, 3)
    outcome.plan.delete(Cable(label="C-1"), reason="r")
    outcome.along.update({"dcim.interface": 2})
    (interfaces, cables) = plan_html.bars(outcome)
    assert (interfaces.model, dict(interfaces.counts)) == ("interfaces", {"update": 3, "along": 2})
    assert [(piece.action, piece.length) for piece in interfaces.segments] == [("update", 60), ("along", 40)]
    assert (cables.model, dict(cables.counts), cables.segments[0].length) == ("cables", {"delete": 1}, 20)
    assert "2 interfaces" in words_of(render(), "Deleted along,", "</p>")


def test_problems_with_rows_come_first(outcome, render):
    describe(outcome, 1)
    outcome.problems += [Problem(f"no such name {number}", f"Row {number}") for number in range(FIRST + 5)]
    text = render()
    assert text.index('id="problems-title"') < text.index('id="changes-title"')
    assert "Row 3 no such name 3" in words_of(text, 'id="problems-title"')
    assert f">{5} more<" in text


def test_is_capped(outcome, render, monkeypatch):
    monkeypatch.setattr(plan_html, "MOST_CHANGES", 20)
    describe(outcome, 25)
    outcome.problems += [Problem("bad", f"Row {number}") for number in range(MOST_PROBLEMS + 10)]
    text = render()
    assert text.count('<li class="change"') == 20
    assert "5 more are in <b>plan.csv</b>" in text
    assert f"The first 1\u202f000 of {MOST_PROBLEMS + 10:,}".replace(",", "\u202f") in text


def test_is_no_larger_than_nautobot_takes(outcome, render, monkeypatch):
    assert MOST_CHANGES == 5000
    monkeypatch.setattr(plan_html, "MOST_BYTES", 20_000)
    describe(outcome, 400)
    text = render()
    shown = text.count('<li class="change"')
    assert 10 < shown < 100
    assert f"{400 - shown} more are in" in text
    # What was reckoned is not less than what was written.
    assert len(text[text.index('id="list"') : text.index("<footer")].encode()) < 24_000


def test_nothing_to_change(outcome, render):
    outcome.plan.keep(3)
    text = render()
    assert Page(text).errors == []
    assert "3 objects are as requested already." in text

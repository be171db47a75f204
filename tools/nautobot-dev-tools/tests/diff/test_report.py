"""How changes are told: nothing of a stranger's code becomes markup."""

import json

import pytest
from nautobot_dev_tools.diff.change import BENIGN, BREAKING, RISKY, Change, code, shown
from nautobot_dev_tools.diff.report import MARKER, NOTHING, Report, as_json, as_markdown, as_text, grouped
from nautobot_dev_tools.source.effects import Place
from nautobot_dev_tools.source.modules import Unknown


def change(severity=BREAKING, kind="variable-removed", name="Example", **rest):
    path = f"jobs.example.{name}"
    return Change(
        severity, kind, f"{path}.who", "variable `who` is gone", "Then.", path, place=Place("jobs/a.py", 3), **rest
    )


def report(*changes, **rest):
    return Report("v1", "the working tree", list(changes), **rest)


def test_nothing():
    assert NOTHING in as_markdown(report())
    assert as_markdown(report()).startswith(MARKER)
    assert NOTHING in as_text(report())
    assert json.loads(as_json(report()))["changes"] == []


def test_markdown():
    text = as_markdown(report(change(touched=["schedule `Nightly`"]), change(BENIGN, name="Other"), notes=["A note."]))

    assert text.splitlines()[:2] == [MARKER, "## Changes of Jobs: 1 breaking, 1 benign"]
    assert "`v1` → `the working tree`" in text
    assert "> A note." in text
    assert "- `jobs.example.Example`: variable `who` is gone." in text
    assert "**There:** schedule `Nightly`" in text
    assert "`variable-removed:jobs.example.Example.who` (`jobs/a.py:3`)" in text
    assert text.index("### Breaking") < text.index("<details><summary>1 benign")


def test_accepted():
    accepted = change(accepted="All *know*")
    one = report(accepted, change(RISKY, name="Other"))

    assert one.open(BREAKING) == []
    assert "1 breaking, 1 risky; 1 of them accepted" in one.title
    assert "**Accepted:** `All *know*`" in as_markdown(one)
    assert "accepted: All *know*" in as_text(one)
    assert json.loads(as_json(one))["counts"] == {"breaking": 0, "risky": 1, "benign": 0}


def test_json():
    (told,) = json.loads(as_json(report(change())))["changes"]

    assert told["id"] == "variable-removed:jobs.example.Example.who"
    assert (told["path"], told["line"], told["severity"], told["accepted"]) == ("jobs/a.py", 3, "breaking", None)


def test_what_many_jobs_share_is_told_once():
    many = [change(RISKY, "process", f"Job{number:02}") for number in range(20)]

    assert [len(group) for group in grouped(many)] == [20]
    text = as_markdown(report(*many))
    assert "20 Jobs (`Job00`, `Job01`, " in text
    assert "and 12 more): variable `who` is gone" in text
    assert len(grouped([many[0], change(RISKY, "process", "Job99", touched=["schedule `x`"])])) == 2


def test_a_comment_is_no_longer_than_github_takes():
    changes = [change(name=f"Job{number}", touched=["schedule `x`"]) for number in range(2000)]
    changes += [change(BENIGN, "code", f"Benign{number}") for number in range(2000)]

    text = as_markdown(report(*changes))

    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>")
    assert "There is more" in text


def test_a_comment_that_is_cut_among_the_benign():
    text = as_markdown(report(change(), *[change(BENIGN, "code", f"Benign{number}") for number in range(3000)]))

    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>") == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "`a`"),
        ("@everyone <b>", "`@everyone <b>`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("```", "```` ``` ````"),
        ("a\n## b\r\n\tc", "`a ## b c`"),
        ("\u202eabc\x1b[31m", "`abc [31m`"),
        ("", "`   `"),
        (None, "`None`"),
        (("a",), "`('a',)`"),
        ({"a": Unknown("b.c")}, "`{'a': b.c}`"),
        (Unknown("f(`x`)"), "``f(`x`)``"),
    ],
)
def test_code(value, expected):
    assert code(value) == expected


def test_a_long_text_is_cut():
    assert len(code("x" * 10_000)) < 200


def test_values():
    assert shown((1, Unknown("x"))) == "(1, x)"


def test_what_a_stranger_writes_stays_code(repository, job):
    evil = 'choices=("a", "x` @everyone <img src=x> [y](http://z) `")'
    changes = repository.changes(
        job(f"v = ChoiceVar({evil})"), job('v = ChoiceVar(choices=("a",))', meta='name = "<h1>`"')
    )

    text = as_markdown(report(*changes))
    assert "choices removed: `` x` @everyone <img src=x> [y](http://z) ` ``." in text
    assert "`` <h1>` ``" in text

"""What is accepted, and for how long."""

from datetime import date

import pytest
from nautobot_dev_tools.diff import allow
from nautobot_dev_tools.diff.compare import compare
from nautobot_dev_tools.diff.revision import both_sides
from nautobot_dev_tools.errors import DevToolsError

TODAY = date(2026, 11, 28)
ID = "variable-removed:jobs.example.Example.who"


@pytest.fixture
def applied(repository, job):
    """A function that applies the allowances of files of the working tree, or given ones, to the loss of a variable."""

    def apply(files=None, entries=()):
        repository.commit(job("who = StringVar()"))
        repository.write(job() | (files or {}))
        base, head = both_sides(repository.root, "HEAD", None)
        changes = compare(base, head)
        notes = allow.apply(changes, [*entries, *allow.from_revision(head)], repository.root, base, TODAY)
        return [change.accepted for change in changes if change.severity != "benign"], notes

    return apply


def test_a_file(applied):
    text = f"- id: {ID}\n  reason: Nobody schedules it.\n  until: 2026-11-28\n"
    assert applied({".nautobot-jobs-allow.yml": text}) == (["Nobody schedules it."], [])


def test_pyproject(applied):
    text = f'[[tool.nautobot-jobs.diff.allow]]\nid = "{ID}"\nreason = "Nobody schedules it."\nuntil = 2027-01-31\n'
    assert applied({"pyproject.toml": text}) == (["Nobody schedules it."], [])


def test_a_pattern_and_the_first_reason(applied):
    text = f'- {{id: "variable-*:jobs.example.*", reason: All, until: 2027-01-01}}\n- {{id: "{ID}", reason: One, until: 2027-01-01}}\n'
    assert applied({".nautobot-jobs-allow.yml": text}) == (["All"], [])


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        (f"{{id: '{ID}', reason: x, until: 2026-11-27}}", "ended on 2026-11-27"),
        ("{id: 'job-removed:jobs.x.Y', reason: x, until: 2027-01-01}", "fits no change"),
        (f"{{id: '{ID}', reason: x, revision: nothing-of-that-name}}", "is compared with a later one"),
    ],
)
def test_what_is_of_no_use(applied, entry, note):
    accepted, notes = applied({".nautobot-jobs-allow.yml": f"- {entry}\n"})

    assert accepted == [""]
    assert len(notes) == 1
    assert note in notes[0]


def test_against_a_revision(repository, job):
    first = repository.commit(job("who = StringVar()"))
    entry = f"- {{id: '{ID}', reason: x, revision: {first}}}\n"
    repository.write(job() | {".nautobot-jobs-allow.yml": entry})

    def accepted():
        base, head = both_sides(repository.root, "HEAD", None)
        changes = compare(base, head)
        allow.apply(changes, allow.from_revision(head), repository.root, base, TODAY)
        return [change.accepted for change in changes if change.severity == "breaking"]

    assert accepted() == ["x"]
    repository.git("stash", "--quiet", "--include-untracked")
    repository.commit({"README.md": "later"})
    repository.git("stash", "pop", "--quiet")
    assert accepted() == [""]


def test_options():
    assert allow.from_options(["a:b=because"]) == [allow.Allowed("a:b", "because")]
    for wrong in ("a:b", "a:b=", "=because"):
        with pytest.raises(DevToolsError, match="give ID=REASON"):
            allow.from_options([wrong])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id: x", "a list of entries"),
        ("- x", "entry 1: a mapping"),
        ("- {id: x, reason: y, who: z, until: 2027-01-01}", "entry 1: a mapping"),
        ("- {id: x, until: 2027-01-01}", "id and reason"),
        ("- {id: x, reason: '  ', until: 2027-01-01}", "id and reason"),
        ("- {id: x, reason: y}", "how long it counts"),
        ("- {id: x, reason: y, until: 2027-01-01, revision: abc}", "how long it counts"),
        ("- {id: x, reason: y, until: soon}", "until is a date"),
        ("- {id: x, reason: y, until: 7}", "how long it counts"),
        ("- [", "is no YAML"),
    ],
)
def test_files_that_are_wrong(text, complaint):
    with pytest.raises(DevToolsError, match=complaint):
        allow.from_yaml(text, "allow.yml")


def test_a_time_is_a_day():
    (entry,) = allow.from_yaml("- {id: x, reason: y, until: 2027-01-01 10:00:00}", "allow.yml")
    assert entry.until == date(2027, 1, 1)


def test_nothing():
    assert allow.from_yaml("", "allow.yml") == []


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "allow.yml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DevToolsError, match=r"allow\.yml"):
        allow.from_file(path)

"""How rules are run: exceptions in the source, configuration, fixes."""

import pytest
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check, check_folder
from nautobot_dev_tools.check.examples import read
from nautobot_dev_tools.check.fixes import apply, edited
from nautobot_dev_tools.check.rule import NewFile
from nautobot_dev_tools.errors import DevToolsError

JOB = '''"""Hello."""

from nautobot.apps.jobs import Job, register_jobs


class Greeting(Job):{on_class}
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    {above}
    def run(self, data, commit):{on_run}
        """Say it."""
        self.log_info("Hello")  {on_log}


register_jobs(Greeting)
'''


def repository(on_class="", above="pass", on_run="", on_log=""):
    """The files of a small repository with comments at places where something is wrong."""
    text = JOB.format(on_class=on_class, above=above, on_run=on_run, on_log=on_log)
    return {"__init__.py": "", "jobs/__init__.py": text}


def ids(texts, config=None):
    """Ids of what is found, in order."""
    return [each.rule.id for each in check(read(texts), config or Config()).findings]


def test_without_exceptions():
    assert ids(repository()) == ["JOB320", "JOB321"]


def test_an_exception_on_the_line():
    assert ids(repository(on_run="  # nautobot-jobs: ignore[JOB320] runs on 1.6 only")) == ["JOB321"]


def test_an_exception_above():
    above = "# nautobot-jobs: ignore[JOB320] runs on 1.6 only\n    # and says so"
    assert ids(repository(above=above)) == ["JOB321"]


def test_an_exception_for_several_rules_and_another_comment():
    comment = "  # noqa: ANN001  # nautobot-jobs: ignore[JOB320, JOB321]: runs on 1.6"
    assert ids(repository(on_run=comment)) == ["JOB002", "JOB321"]


@pytest.mark.parametrize(
    "comment", ["ignore", "ignore[JOB320]", "ignore[JOB320] ", "ignore[] since I say so", "ignore because"]
)
def test_an_exception_has_a_rule_and_a_reason(comment):
    assert "JOB001" in ids(repository(on_run=f"  # nautobot-jobs: {comment}"))


def test_an_exception_that_silences_nothing():
    assert ids(repository(on_class="  # nautobot-jobs: ignore[JOB320] none")) == ["JOB002", "JOB320", "JOB321"]
    assert ids(repository(on_class="  # nautobot-jobs: ignore[JOB999] none")) == ["JOB002", "JOB320", "JOB321"]


def test_of_rules_that_did_not_run_nobody_knows_whether_they_are_silenced():
    config = Config(select=("JOB0", "JOB2"))
    assert ids(repository(on_class="  # nautobot-jobs: ignore[JOB320] none"), config) == []


def test_a_text_that_looks_like_an_exception_is_none():
    assert ids(repository(on_log='; x = "# nautobot-jobs: ignore[JOB321] no"')) == ["JOB320", "JOB321"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_exceptions_with_other_line_ends(end):
    texts = repository(on_run="  # nautobot-jobs: ignore[JOB320] runs on 1.6 only")
    assert ids({path: text.replace("\n", end) for path, text in texts.items()}) == ["JOB321"]


def test_select_and_ignore():
    assert ids(repository(), Config(select=("JOB32",), ignore=("JOB320",))) == ["JOB321"]
    assert ids(repository(), Config(select=("JOB1",))) == []


def test_per_file_ignores():
    assert ids(repository(), Config(per_file_ignores={"jobs/*": ("JOB32",)})) == []
    assert ids(repository(), Config(per_file_ignores={"tests/*": ("JOB32",)})) == ["JOB320", "JOB321"]


def test_severities_are_those_of_the_configuration():
    findings = check(read(repository()), Config(severities={"JOB320": "note"})).findings
    assert [each.severity for each in findings] == ["note", "error"]


# Configuration


def configured(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    return Config.read(tmp_path)


def test_no_configuration(tmp_path):
    assert Config.read(tmp_path) == Config()


def test_configuration(tmp_path):
    config = configured(
        tmp_path,
        """
[tool.nautobot-jobs]
nautobot = ["2.4.35"]
[tool.nautobot-jobs.check]
select = ["JOB1", "JOB3"]
ignore = ["JOB304"]
per-file-ignores = { "jobs/old/*" = ["JOB3"] }
severity = { JOB3 = "warning", JOB301 = "error" }
""",
    )
    assert (config.select, config.ignore) == (("JOB1", "JOB3"), ("JOB304",))
    assert config.per_file_ignores == {"jobs/old/*": ("JOB3",)}
    assert (config.severities["JOB301"], config.severities["JOB303"]) == ("error", "warning")
    assert config.settings["nautobot"] == ["2.4.35"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct = []", "selct"),
        ('select = "JOB1"', "list"),
        ("select = [1]", "list"),
        ('ignore = ["JOB9"]', "JOB9"),
        ('severity = { JOB301 = "fatal" }', "fatal"),
        ('severity = "error"', "severity"),
        ('per-file-ignores = ["JOB1"]', "per-file-ignores"),
    ],
)
def test_a_configuration_that_cannot_be_understood(tmp_path, text, said):
    with pytest.raises(DevToolsError, match=said):
        configured(tmp_path, f"[tool.nautobot-jobs.check]\n{text}\n")


def test_the_command_line_selects_instead_and_ignores_besides():
    config = Config(select=("JOB1",), ignore=("JOB304",)).narrowed(("job3,JOB2",), ("JOB301",))
    assert (config.select, config.ignore) == (("JOB3", "JOB2"), ("JOB304", "JOB301"))
    assert Config(select=("JOB1",)).narrowed((), ()).select == ("JOB1",)


# Fixes

LISTED = '# -*- coding: latin-1 -*-\n"""J\xe4bs."""\n\nfrom nautobot.apps.jobs import register_jobs\n\nregister_jobs( [ ] , )  # none \xfc\n'


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fix_leaves_all_else_as_it_is(tmp_path, end):
    (tmp_path / "jobs").mkdir()
    source = LISTED.replace("\n", end).encode("latin-1")
    (tmp_path / "jobs" / "__init__.py").write_bytes(source)

    report = check_folder(tmp_path, Config(), fix=True)

    assert report.fixed == ("__init__.py", "jobs/__init__.py")
    assert report.findings == []
    assert (tmp_path / "jobs" / "__init__.py").read_bytes() == source.replace(b"[ ]", b"*[ ]")


def test_a_second_fix_changes_nothing(tmp_path):
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "__init__.py").write_bytes(LISTED.encode("latin-1"))
    check_folder(tmp_path, Config(), fix=True)

    assert check_folder(tmp_path, Config(), fix=True).fixed == ()


def test_a_file_that_would_not_parse_is_left_alone():
    import libcst as cst
    from nautobot_dev_tools.check.rule import Edit

    edit = Edit("a.py", "Integer", (1, 4), (1, 5), lambda node: cst.Name("x y"))
    assert edited(b"a = 1\n", [edit]) is None
    assert edited(b"a = \n", [edit]) is None


def test_the_last_statement_of_a_block_leaves_a_pass():
    import ast

    from nautobot_dev_tools.check.context import Context

    files = read({"jobs/__init__.py": "class A:\n    x = 1\n\ny = 2; z = 3\n"})
    context = Context(files)
    module = context.repository.modules["jobs"]
    body = module.file.tree.body
    edits = [context.remove(module, body[0].body[0]), context.remove(module, body[1])]
    result = edited(module.file.raw, edits)
    assert [type(each).__name__ for each in ast.parse(result).body] == ["ClassDef", "Assign"]
    assert b"y" not in result


def test_positions_are_counted_in_characters():
    import libcst as cst
    from nautobot_dev_tools.check.context import Context

    text = 'a = ("äöü€😀", f(1), f(2))\n'
    context = Context(read({"jobs/__init__.py": text}))
    module = context.repository.modules["jobs"]
    second = context.calls[1].node
    edit = context.edit(module, second, lambda call: call.with_changes(func=cst.Name("g")))
    assert edited(text.encode(), [edit]).decode() == 'a = ("äöü€😀", f(1), g(2))\n'
    assert context.found(module, second, "").column == text.index("f(2)") + 1


def test_nothing_is_written_outside(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "jobs").symlink_to(outside)

    changed, failed = apply(root, [NewFile("jobs/__init__.py", ""), NewFile("../x.py", "")])

    assert (changed, failed) == (set(), {"jobs/__init__.py", "../x.py"})
    assert list(outside.iterdir()) == []

"""Jobs are registered by register_jobs(); the root gets its __init__.py."""

import pytest
from migrating import migrated
from nautobot_dev_tools.migrate.transformations.registration import Registration
from nautobot_dev_tools.source.contracts import contract_of
from nautobot_dev_tools.source.files import SourceFile

ONE = "from nautobot.apps.jobs import Job\n\n\nclass {0}(Job):\n    def run(self, data, commit):\n        pass\n"
NEW = "from nautobot.apps.jobs import Job\n\n\nclass {0}(Job):\n    def run(self):\n        pass\n"


def result(files):
    """Texts of all files when they are migrated."""
    return files | {path: each.after for path, each in migrated(files, Registration()).outcomes.items()}


def registered(texts):
    files = {path: SourceFile.read(path, text.encode()) for path, text in texts.items()}
    return sorted(contract_of(files).registered())


def test_folder_without_anything():
    texts = result({"jobs/a.py": ONE.format("A"), "jobs/more/b.py": ONE.format("B")})
    assert texts["__init__.py"].startswith('"""')
    assert texts["jobs/__init__.py"].endswith("from .a import A\nfrom .more.b import B\n\nregister_jobs(A, B)\n")
    assert registered(texts) == ["jobs.a.A", "jobs.more.b.B"]


def test_folder_with_an_init():
    texts = result({"__init__.py": "", "jobs/__init__.py": '"""Ours."""\n', "jobs/a.py": ONE.format("A")})
    assert texts["__init__.py"] == ""
    assert texts["jobs/__init__.py"] == (
        '"""Ours."""\n\nfrom nautobot.apps.jobs import register_jobs\n\nfrom .a import A\n\nregister_jobs(A)\n'
    )
    assert registered(texts) == ["jobs.a.A"]


def test_folder_with_an_empty_init():
    texts = result({"__init__.py": "", "jobs/__init__.py": "", "jobs/a.py": ONE.format("A")})
    assert (
        texts["jobs/__init__.py"]
        == "from nautobot.apps.jobs import register_jobs\n\nfrom .a import A\n\nregister_jobs(A)\n"
    )


def test_jobs_that_are_registered_but_lie_in_no_package():
    texts = result({"jobs/a.py": NEW.format("A") + "\n\nregister_jobs(A)\n"})
    assert sorted(texts) == ["__init__.py", "jobs/__init__.py", "jobs/a.py"]
    assert "register" not in texts["jobs/__init__.py"]


def test_classes_of_one_name():
    texts = result({"jobs/a.py": ONE.format("A"), "jobs/b.py": ONE.format("A")})
    assert registered(texts) == ["jobs.a.A", "jobs.b.A"]


def test_what_is_imported_already():
    texts = result({"jobs/__init__.py": "from .a import A\n", "jobs/a.py": ONE.format("A")})
    assert texts["jobs/__init__.py"].count("from .a import A") == 1
    assert registered(texts) == ["jobs.a.A"]


@pytest.mark.parametrize("path", ["jobs.py", "mine.py", "my_app/jobs.py"])
def test_module_registers_its_own(path):
    texts = result({path: ONE.format("A")})
    assert texts[path].endswith("pass\n\n\nregister_jobs(A)\n")
    assert "from nautobot.apps.jobs import Job, register_jobs\n" in texts[path]
    assert ("__init__.py" in texts) == (path == "jobs.py")


def test_module_that_no_statement_can_import_registers_its_own():
    texts = result(
        {
            "__init__.py": "",
            "jobs/my-job.py": ONE.format("A"),
            "jobs/import.py": ONE.format("B"),
            "jobs/c.py": ONE.format("C"),
        }
    )
    assert texts["jobs/my-job.py"].endswith("register_jobs(A)\n")
    assert texts["jobs/import.py"].endswith("register_jobs(B)\n")
    assert texts["jobs/__init__.py"].endswith("from .c import C\n\nregister_jobs(C)\n")


def test_list_of_an_app():
    texts = result({"my_app/jobs.py": ONE.format("A") + "\n\njobs = [A]\n"})
    assert texts["my_app/jobs.py"].endswith("jobs = [A]\n\nregister_jobs(*jobs)\n")
    assert registered(texts) == ["my_app.jobs.A"]


def test_half_migrated():
    """What is of 1.x and not registered; a base of today stays one."""
    central = "from nautobot.apps.jobs import register_jobs\n\nfrom .a import A\n\nregister_jobs(A)\n"
    texts = result(
        {
            "__init__.py": "",
            "jobs/__init__.py": central,
            "jobs/a.py": NEW.format("A"),
            "jobs/b.py": ONE.format("B"),
            "jobs/c.py": NEW.format("C"),
        }
    )
    assert registered(texts) == ["jobs.a.A", "jobs.b.B"]


def test_base_of_others_is_left_to_a_person():
    files = {"jobs.py": ONE.format("A") + "\n\nclass B(A):\n    pass\n", "__init__.py": ""}
    done = migrated(files, Registration())
    assert [each.line for each in done.outcomes["jobs.py"].todos] == [4]
    assert done.outcomes["jobs.py"].after.endswith("\n\nregister_jobs(B)\n")


@pytest.mark.parametrize(
    "files",
    [
        {"jobs.py": NEW.format("A") + "\n\nregister_jobs(A)\n"},
        {
            "jobs/__init__.py": "from .a import A\nfrom nautobot.apps.jobs import register_jobs\nregister_jobs(A)\n",
            "jobs/a.py": NEW.format("A"),
        },
        {"tests/test_a.py": ONE.format("A")},
        {"mine.py": "class A:\n    def run(self, data, commit):\n        pass\n"},
        {"my_app/base.py": "from nautobot.apps.jobs import BaseJob\n\n\nclass A(BaseJob):\n    pass\n"},
        {"jobs/a.py": "def f():\n    pass\n"},
    ],
)
def test_stays(files):
    files = {"__init__.py": "", **files}
    assert result(files) == files


@pytest.mark.parametrize("name", ["my-audit", "class", "with space", "9lives"])
def test_a_file_that_no_import_can_name_is_left_to_a_person(name):
    done = migrated({"jobs/a.py": ONE.format("A"), f"jobs/{name}.py": ONE.format("B")}, Registration())

    assert done.outcomes["jobs/__init__.py"].after.endswith("from .a import A\n\nregister_jobs(A)\n")
    (todo,) = done.outcomes[f"jobs/{name}.py"].todos
    assert todo.line == 4
    assert "call it otherwise" in todo.reason

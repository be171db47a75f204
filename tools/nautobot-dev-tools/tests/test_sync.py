"""What a sync says: the diagnosis of broken repositories with file, line and remedy, and the verdict on real syncs."""

import itertools
import logging
import shutil
import sys
from pathlib import Path

import git
import pytest
from nautobot.extras.models import GitRepository, Job, JobResult
from nautobot.extras.registry import registry
from nautobot_dev_tools import sync
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.pytest_plugin import execute, registered_class

SLUG = "tiny"


@pytest.fixture
def tree(project, write, hello) -> WorkingTree:
    """A sound repository; tests break it."""
    write(hello)
    return WorkingTree(project)


@pytest.fixture
def diagnose(tree, write, tmp_path):
    """A function that changes files of the sound repository (None removes one) and returns what the diagnosis says."""

    def diagnosed(changes: dict[str, str | None] | None = None) -> list[str]:
        changes = changes or {}
        for name in [name for name, text in changes.items() if text is None]:
            (tmp_path / name).unlink()
        write({name: text for name, text in changes.items() if text is not None})
        tree.commit()
        return sync.diagnose(tree, SLUG)

    return diagnosed


def test_a_sound_repository_has_no_problems(diagnose):
    assert diagnose() == []


def test_syntax_error(diagnose):
    (problem,) = diagnose({"jobs/hello.py": "import os\n\n\ndef run(:\n    pass\n"})

    assert problem.startswith("jobs/hello.py:4: SyntaxError: ")
    assert "def run(:" in problem
    assert "blocks the sync of the whole repository" in problem


def test_syntax_error_in_a_module_that_nothing_imports(diagnose):
    (problem,) = diagnose({"jobs/unfinished.py": "x = [\n"})

    assert problem.startswith("jobs/unfinished.py:1: SyntaxError: ")


def test_missing_third_party_module(diagnose, hello):
    text = hello["jobs/hello.py"].replace("\nname =", "\nimport no_such_package\n\nname =")
    (problem,) = diagnose({"jobs/hello.py": text})

    assert problem.startswith("jobs/hello.py:3: ModuleNotFoundError: ")
    assert "'no_such_package'" in problem
    assert "import no_such_package" in problem
    assert "imported by jobs/__init__.py:3" in problem
    assert "inside the function that needs it" in problem


def test_own_package_imported_by_its_absolute_name(diagnose):
    (problem,) = diagnose({"jobs/__init__.py": "from jobs.no_such_module import Hello\n"})

    assert problem.startswith("jobs/__init__.py:1: ModuleNotFoundError: ")
    assert "import it relatively" in problem


def test_import_of_a_name_that_is_not_there(diagnose):
    (problem,) = diagnose({"jobs/__init__.py": "from .hello import Helo\n"})

    assert problem.startswith("jobs/__init__.py:1: ImportError: ")
    assert "'Helo'" in problem
    assert "check its spelling" in problem


def test_two_modules_that_import_each_other(diagnose):
    (problem,) = diagnose(
        {"jobs/hello.py": "from .other import Other\n\nHello = 1\n", "jobs/other.py": "\nfrom .hello import Hello\n"}
    )

    assert problem.startswith("jobs/other.py:2: ImportError: ")
    assert "import each other" in problem
    assert "jobs/hello.py:1" in problem


def test_exception_at_import(diagnose):
    (problem,) = diagnose({"jobs/hello.py": "TOTAL = 0\nSHARE = 1 / TOTAL\n"})

    assert problem.startswith("jobs/hello.py:2: ZeroDivisionError: division by zero\n")
    assert "SHARE = 1 / TOTAL" in problem
    assert "move it into the Job's run()" in problem


def test_exception_in_what_a_module_calls_names_the_line_in_the_repository(diagnose):
    (problem,) = diagnose({"jobs/hello.py": "import json\n\njson.loads('{')\n"})

    assert problem.startswith("jobs/hello.py:3: JSONDecodeError: ")


def test_a_module_that_ends_python(diagnose):
    (problem,) = diagnose({"jobs/hello.py": "import sys\n\nsys.exit('no')\n"})

    assert problem.startswith("jobs/hello.py:3: SystemExit: no")


def test_missing_init_at_the_root(diagnose):
    (problem,) = diagnose({"__init__.py": None})

    assert problem.startswith("__init__.py: missing")
    assert "Create it" in problem


def test_missing_init_of_jobs(diagnose):
    (problem,) = diagnose({"jobs/__init__.py": None})

    assert problem.startswith("jobs/__init__.py: missing")
    assert "Create it" in problem


def test_missing_init_of_a_folder_below(diagnose, hello):
    (problem,) = diagnose(
        {"jobs/audits/deep/__init__.py": "", "jobs/audits/deep/check.py": "class Check(Job):\n    pass\n"}
    )

    assert problem.startswith("jobs/audits/__init__.py: missing")


def test_a_folder_without_jobs_needs_no_init(diagnose):
    """What lies there is imported by others; Nautobot's loader has less to go through."""
    assert (
        diagnose(
            {
                "jobs/audits/checks/deep/__init__.py": "",
                "jobs/audits/checks/deep/check.py": "class JobCheck:\n    pass\n",
                "jobs/audits/__init__.py": "",
            }
        )
        == []
    )


def test_a_folder_without_python_needs_no_init(diagnose):
    assert diagnose({"jobs/templates/report.html": "<p>"}) == []


def test_an_ignored_init_is_missing_too(diagnose):
    """It lies on the author's disk, and is not in Git."""
    (problem,) = diagnose({".gitignore": "/jobs/__init__.py\n"})

    assert problem.startswith("jobs/__init__.py: missing")


def test_neither_folder_nor_module(diagnose):
    (problem,) = diagnose({"jobs/__init__.py": None, "jobs/hello.py": None})

    assert "neither a jobs/ folder nor a jobs.py" in problem


def test_a_single_module_is_fine(diagnose, hello):
    text = hello["jobs/hello.py"].replace("import Job,", "import Job, register_jobs,") + "\n\nregister_jobs(Hello)\n"

    assert diagnose({"jobs/__init__.py": None, "jobs/hello.py": None, "jobs.py": text}) == []


def test_no_job_at_all(diagnose):
    (problem,) = diagnose({"jobs/__init__.py": "", "jobs/hello.py": ""})

    assert problem.startswith("jobs/__init__.py: no Job is registered")
    assert "register_jobs()" in problem


def test_an_unregistered_job(diagnose, hello):
    (problem,) = diagnose({"jobs/other.py": hello["jobs/hello.py"].replace("class Hello", "class Forgotten")})

    assert problem.startswith("jobs/other.py:6: the Job Forgotten is not registered")
    assert "name it in register_jobs()" in problem


def test_only_an_unregistered_job(diagnose):
    (problem,) = diagnose({"jobs/__init__.py": "from .hello import Hello\n"})

    assert problem.startswith("jobs/hello.py:6: the Job Hello is not registered")


RECEIVERS = """\
from nautobot.apps.jobs import Job, JobButtonReceiver, JobHookReceiver


class Button(JobButtonReceiver):
    def receive_job_button(self, obj):
        pass


class Hook(JobHookReceiver):
    def receive_job_hook(self, change, action, changed_object):
        pass
"""


def test_unregistered_receivers(diagnose):
    problems = diagnose({"jobs/receivers.py": RECEIVERS})

    assert [problem.split(" is not registered")[0] for problem in problems] == [
        "jobs/receivers.py:4: the Job Button",
        "jobs/receivers.py:9: the Job Hook",
    ]


def test_the_base_of_a_registered_job_is_no_forgotten_job(diagnose, hello):
    base = hello["jobs/hello.py"].replace("class Hello", "class Base")

    assert (
        diagnose({"jobs/base.py": base, "jobs/hello.py": "from .base import Base\n\n\nclass Hello(Base):\n    pass\n"})
        == []
    )


def test_a_base_without_run_is_no_forgotten_job(diagnose):
    assert diagnose({"jobs/base.py": "from nautobot.apps.jobs import Job\n\n\nclass Base(Job):\n    pass\n"}) == []


def test_a_variable_with_the_name_of_an_attribute_of_job(diagnose, hello):
    text = hello["jobs/hello.py"].replace("    who =", "    name = StringVar()\n    who =")
    (problem,) = diagnose({"jobs/hello.py": text})

    assert problem.startswith("jobs/hello.py:6: the variable Hello.name ")
    assert "choose another" in problem


def test_the_process_is_left_as_it_was(diagnose, hello):
    loader = logging.getLogger("nautobot.core.utils.module_loading")
    before = set(sys.modules), dict(registry["jobs"]), list(sys.path), loader.level

    diagnose()
    diagnose({"jobs/hello.py": "1 / 0\n"})

    assert {name for name in set(sys.modules) - before[0] if name.startswith((SLUG, "jobs"))} == set()
    assert (dict(registry["jobs"]), list(sys.path), loader.level) == before[1:]


def test_the_diagnosis_sees_what_was_mended(diagnose, hello):
    assert diagnose({"jobs/hello.py": "1 / 0\n"}) != []

    assert diagnose({"jobs/hello.py": hello["jobs/hello.py"]}) == []


def test_the_diagnosis_sees_no_class_of_an_earlier_load(diagnose, hello):
    """A class that is no longer registered does not live on in the registry."""
    assert diagnose() == []

    (problem,) = diagnose({"jobs/__init__.py": "from .hello import Hello\n"})

    assert "Hello is not registered" in problem


@pytest.fixture
def synced(tree, superuser):
    """A function that syncs the repository as it is now, by Nautobot's own sync Job over HTTP, in this process."""
    from nautobot.extras.datasources.git import refresh_job_code_from_repository

    with tree.serve() as url:

        def run(known_tree: WorkingTree | None = tree) -> sync.Verdict:
            tree.commit()
            repository = sync.ensure_repository(name="Tiny", slug=SLUG, url=url)
            job_class = registered_class(sync.sync_job_model().class_path)
            run = execute(job_class, {"repository": repository.pk}, superuser)
            return sync.judge(repository, run.job_result, known_tree)

        yield run
    refresh_job_code_from_repository(SLUG, skip_reimport=True)


def test_a_good_sync_says_what_was_created_and_then_refreshed(synced, tree, write, hello):
    first = synced()

    assert first.ok
    assert first.problems == []
    assert first.created == [f"{SLUG}.jobs.hello.Hello"]
    assert first.refreshed == []
    assert first.head == tree.commit()
    assert Job.objects.get(module_name=f"{SLUG}.jobs.hello").installed

    write({"jobs/hello.py": hello["jobs/hello.py"].replace("Tiny hello", "Tiny hello again")})
    second = synced()

    assert second.ok
    assert second.created == []
    assert second.refreshed == [f"{SLUG}.jobs.hello.Hello"]
    assert second.head != first.head
    assert Job.objects.get(module_name=f"{SLUG}.jobs.hello").name == "Tiny hello again"


class Releases:
    """The repository at its tags, in a clone of its own."""

    slug = "tagged"
    lengths = itertools.count(1)

    def __init__(self, tree, user, url, write, code):
        self.tree, self.user, self.url, self.write, self.code = tree, user, url, write, code

    def tag(self, name: str, greeting: str, *, move: bool = False) -> None:
        """Tag, as a release does, a commit in which the Job is called so."""
        # Never the same length twice: Python takes bytecode for that of a file of the same size and second, and these syncs are quick.
        code = self.code.replace("Tiny hello", greeting).rstrip() + "\n" * next(self.lengths) * 20
        self.write({"jobs/hello.py": code})
        with git.Repo(self.tree.shadow) as shadow:
            shadow.git.update_environment(GIT_COMMITTER_NAME="Releases", GIT_COMMITTER_EMAIL="releases@localhost")
            shadow.create_tag(name, self.tree.commit(), message=f"Release {name}", force=move)

    def sync(self, tag: str) -> str:
        """Sync with this tag as the branch; return how the Job is called then."""
        repository = sync.ensure_repository(name="Tagged", slug=self.slug, url=self.url)
        repository.branch = tag
        repository.validated_save()
        run = execute(registered_class(sync.sync_job_model().class_path), {"repository": repository.pk}, self.user)
        assert sync.judge(repository, run.job_result).ok
        self.clone = Path(repository.filesystem_path)
        return Job.objects.get(module_name=f"{self.slug}.jobs.hello").name


@pytest.fixture
def releases(tree, write, hello, superuser):
    from nautobot.extras.datasources.git import refresh_job_code_from_repository

    with tree.serve() as url:
        made = Releases(tree, superuser, url, write, hello["jobs/hello.py"])
        yield made
    refresh_job_code_from_repository(made.slug, skip_reimport=True)
    shutil.rmtree(made.clone)


def test_a_tag_as_branch_pins_the_release_and_goes_back_too(releases):
    releases.tag("v1.0.0", "One")
    releases.tag("v1.1.0", "One, one")

    assert releases.sync("v1.0.0") == "One"
    assert releases.sync("v1.1.0") == "One, one"
    assert releases.sync("v1.0.0") == "One"

    releases.tag("v2.0.0", "Two")
    assert releases.sync("v1.0.0") == "One"
    assert releases.sync("v2.0.0") == "Two"


def test_a_tag_that_was_moved_is_not_followed(releases):
    """Whence the rule: what is wrong with a release is mended in the next, never by moving its tag."""
    releases.tag("v1.0.0", "One")
    assert releases.sync("v1.0.0") == "One"

    releases.tag("v1.0.0", "One, mended", move=True)

    assert releases.sync("v1.0.0") == "One"


def test_a_renamed_job_is_lost_and_that_is_a_problem(synced, write, hello):
    synced()
    write({name: text.replace("Hello", "Greeting") for name, text in hello.items()})

    verdict = synced()

    assert verdict.status == "SUCCESS"
    assert not verdict.ok
    assert verdict.created == [f"{SLUG}.jobs.hello.Greeting"]
    assert [path.rsplit(".", 1)[-1] for path in verdict.lost] == ["Hello"]
    (problem,) = verdict.problems
    assert "its code is gone" in problem
    assert not Job.objects.get(job_class_name="Hello", module_name=f"{SLUG}.jobs.hello").installed


def test_a_failed_sync_names_file_and_line_and_keeps_what_was(synced, write):
    good = synced()
    write({"jobs/hello.py": "1 / 0\n"})

    verdict = synced()

    assert verdict.status == "FAILURE"
    assert not verdict.ok
    assert (verdict.created, verdict.refreshed, verdict.lost) == ([], [], [])
    (problem,) = verdict.problems
    assert problem.startswith("jobs/hello.py:1: ZeroDivisionError")
    assert Job.objects.get(module_name=f"{SLUG}.jobs.hello").installed
    assert GitRepository.objects.get(slug=SLUG).current_head == good.head


def test_a_failed_sync_is_no_success_even_where_the_code_is_not_at_hand(synced, write):
    write({"jobs/hello.py": "1 / 0\n"})

    verdict = synced(None)

    assert not verdict.ok
    assert "Failed to refresh data provided by Tiny" in verdict.problems[0]


@pytest.fixture
def logged(db):
    """A function that judges a made-up sync: its status, and (level, message) of what it logged."""

    def judged(status: str, *entries: tuple[str, str]) -> sync.Verdict:
        repository = sync.ensure_repository(name="Tiny", slug=SLUG, url="http://127.0.0.1:1001/tiny.git")
        job_result = JobResult.objects.create(name="sync", status=status)
        for level, message in entries:
            job_result.log(message, level_choice=level)
        return sync.judge(repository, job_result)

    return judged


CREATED = ("info", "Created Job record for tiny.jobs.hello.Hello")


def test_any_warning_of_the_sync_is_a_problem(logged):
    verdict = logged("SUCCESS", CREATED, ("warning", "This looks odd"), ("info", "All well"))

    assert not verdict.ok
    assert verdict.created == ["tiny.jobs.hello.Hello"]
    assert verdict.problems == ["warning: This looks odd"]


@pytest.mark.parametrize("level", ["failure", "error", "critical"])
def test_so_is_any_error(logged, level):
    assert logged("SUCCESS", CREATED, (level, "Broken")).problems == [f"{level}: Broken"]


def test_what_a_failed_sync_had_made_is_rolled_back_and_not_told(logged):
    verdict = logged("FAILURE", CREATED, ("error", "Broken"))

    assert verdict.created == []
    assert verdict.problems == ["error: Broken"]


def test_a_failed_sync_without_a_word_is_no_success(logged):
    verdict = logged("FAILURE", CREATED)

    assert not verdict.ok
    assert "FAILURE" in verdict.problems[0]


def test_a_job_that_nautobot_silently_leaves_out_fails_the_verdict(synced, write, hello):
    write({"jobs/other.py": hello["jobs/hello.py"].replace("class Hello", "class Forgotten")})

    verdict = synced()

    assert verdict.status == "SUCCESS"
    assert not verdict.ok
    assert "Forgotten is not registered" in verdict.problems[0]


@pytest.fixture
def with_minimum(write, hello):
    """A function that adds the Job Other, which says which Nautobot it needs; `registered` names it in register_jobs()."""

    def added(minimum: str, *, registered: bool) -> str:
        code = hello["jobs/hello.py"].replace(
            "class Hello(Job):", f'class Other(Job):\n    minimum_nautobot = "{minimum}"'
        )
        contents = hello["jobs/__init__.py"]
        if registered:
            contents = contents.replace("register_jobs(Hello)", "register_jobs(Hello, Other)")
            contents = contents.replace("import Hello\n", "import Hello\nfrom .other import Other\n")
        write({"jobs/other.py": code.replace("Tiny hello", "Tiny other"), "jobs/__init__.py": contents})
        return f"{SLUG}.jobs.other.Other"

    return added


def test_a_job_for_a_newer_nautobot_is_no_problem_and_is_told(synced, with_minimum):
    other = with_minimum("99.0", registered=False)

    verdict = synced()

    assert verdict.ok
    assert verdict.problems == []
    assert verdict.created == [f"{SLUG}.jobs.hello.Hello"]
    assert verdict.needs == {other: "99.0"}


def test_a_job_whose_minimum_is_reached_is_like_any_other(synced, with_minimum):
    other = with_minimum("2.4", registered=True)

    verdict = synced()

    assert verdict.ok
    assert sorted(verdict.created) == [f"{SLUG}.jobs.hello.Hello", other]
    assert verdict.needs == {}


def test_nor_may_it_be_forgotten(synced, with_minimum):
    with_minimum("2.4", registered=False)

    verdict = synced()

    assert not verdict.ok
    assert verdict.needs == {}
    assert "the Job Other is not registered" in verdict.problems[0]


def test_a_repository_that_cannot_be_reached(tree, superuser):
    with tree.serve() as url:
        pass
    repository = sync.ensure_repository(name="Tiny", slug=SLUG, url=url)
    run = execute(registered_class(sync.sync_job_model().class_path), {"repository": repository.pk}, superuser)

    verdict = sync.judge(repository, run.job_result, tree)

    assert verdict.status == "FAILURE"
    assert not verdict.ok
    assert verdict.problems


@pytest.mark.django_db
def test_the_record_is_validated_as_in_the_ui():
    with pytest.raises(DevToolsError, match=r"Nautobot refuses the Git repository: .*URL"):
        sync.ensure_repository(name="Tiny", slug=SLUG, url="file:///srv/tiny")

    assert not GitRepository.objects.filter(slug=SLUG).exists()


@pytest.mark.django_db
def test_the_record_follows_the_address():
    """The port is another one at each start."""
    first = sync.ensure_repository(name="Tiny", slug=SLUG, url="http://127.0.0.1:1001/tiny.git")
    second = sync.ensure_repository(name="Tiny", slug=SLUG, url="http://127.0.0.1:1002/tiny.git")

    assert second.pk == first.pk
    assert GitRepository.objects.get(slug=SLUG).remote_url == "http://127.0.0.1:1002/tiny.git"
    assert second.provided_contents == ["extras.job"]

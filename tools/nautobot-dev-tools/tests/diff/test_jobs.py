"""What has become of Jobs: whether they are there, what they are, their Meta, what they do."""

import pytest

BREAKING, RISKY, BENIGN = "breaking", "risky", "benign"
JOB = "from nautobot.apps.jobs import Job, StringVar\n"
REGISTER = "from nautobot.apps.jobs import register_jobs\n"
GREET = """
class Greet(Job):
    who = StringVar(description="Whom to greet")

    class Meta:
        name = "Greet"

    def run(self, *, who):
        self.logger.info("Hello %s", who)
        return {"who": who}
"""


def found(changes):
    return [(change.severity, change.id) for change in changes]


# There or not


def test_nothing(repository, job):
    assert repository.changes(job("who = StringVar()"), {}) == []


def test_a_new_job(repository):
    before = {"jobs/__init__.py": REGISTER, "jobs/a.py": JOB + GREET}
    after = {"jobs/__init__.py": f"{REGISTER}from .a import Greet\nregister_jobs(Greet)\n"}

    # Nothing was registered before, so that all classes count, as in Nautobot 1: it was there.
    assert found(repository.changes(before, after)) == []
    other = {"jobs/b.py": JOB + GREET.replace("Greet", "Bid")}
    other["jobs/__init__.py"] = f"{REGISTER}from .a import Greet\nfrom .b import Bid\nregister_jobs(Greet, Bid)\n"
    repository.commit()
    assert found(repository.changes({}, other)) == [(BENIGN, "job-added:jobs.b.Bid")]


def test_a_job_that_is_gone(repository, job):
    (change,) = repository.changes(job("who = StringVar()"), {"jobs/example.py": None, "jobs/__init__.py": REGISTER})

    assert found([change]) == [(BREAKING, "job-removed:jobs.example.Example")]
    assert change.place == ("jobs/example.py", 3)
    assert "schedules" in change.then


def test_a_job_that_is_no_longer_registered(repository, job):
    other = JOB + GREET
    register = f"{REGISTER}from .example import Example\nfrom .greet import Greet\nregister_jobs(Greet, Example)\n"
    before = job() | {"jobs/greet.py": other, "jobs/__init__.py": register}

    changes = repository.changes(before, {"jobs/__init__.py": register.replace("Greet, ", "")})

    assert found(changes) == [(BREAKING, "job-unregistered:jobs.greet.Greet")]


@pytest.mark.parametrize(
    ("module", "text", "name"),
    [
        ("other", JOB + GREET, "Greet"),  # moved
        ("greet", JOB + GREET.replace("class Greet", "class Welcome"), "Welcome"),  # another name
        ("other", JOB + GREET.replace("class Greet", "class GreetPeople").replace("info", "success"), "GreetPeople"),
    ],
)
def test_a_job_with_another_name(repository, module, text, name):
    before = {
        "jobs/greet.py": JOB + GREET,
        "jobs/__init__.py": f"{REGISTER}from .greet import Greet\nregister_jobs(Greet)\n",
    }
    after = {"jobs/greet.py": None} | {
        f"jobs/{module}.py": text,
        "jobs/__init__.py": f"{REGISTER}from .{module} import {name}\nregister_jobs({name})\n",
    }

    change, *others = repository.changes(before, after)

    assert change.id == "job-renamed:jobs.greet.Greet"
    assert change.severity == BREAKING
    assert f'module_name="<slug>.jobs.{module}", job_class_name="{name}"' in change.then
    assert f'update(task="<slug>.jobs.{module}.{name}")' in change.then
    assert [each.kind for each in others if each.kind != "code"] == []


def test_what_else_changed_in_a_job_with_another_name(repository):
    register = "from .greet import {0}\nregister_jobs({0})\n"
    before = {"jobs/greet.py": JOB + GREET, "jobs/__init__.py": REGISTER + register.format("Greet")}
    text = GREET.replace("class Greet", "class GreetOne").replace(
        '    who = StringVar(description="Whom to greet")\n', ""
    )
    after = {"jobs/greet.py": JOB + text, "jobs/__init__.py": REGISTER + register.format("GreetOne")}

    changes = repository.changes(before, after)

    assert found(changes) == [
        (BREAKING, "job-renamed:jobs.greet.Greet"),
        (BREAKING, "variable-removed:jobs.greet.GreetOne.who"),
    ]
    assert {change.job for change in changes} == {"jobs.greet.Greet"}


def test_another_job_is_no_rename(repository):
    before = {
        "jobs/greet.py": JOB + GREET,
        "jobs/__init__.py": f"{REGISTER}from .greet import Greet\nregister_jobs(Greet)\n",
    }
    other = f"{JOB}class Audit(Job):\n    site = StringVar()\n    def run(self, site):\n        return len(site)\n"
    after = {
        "jobs/greet.py": None,
        "jobs/audit.py": other,
        "jobs/__init__.py": f"{REGISTER}from .audit import Audit\nregister_jobs(Audit)\n",
    }

    assert found(repository.changes(before, after)) == [
        (BREAKING, "job-removed:jobs.greet.Greet"),
        (BENIGN, "job-added:jobs.audit.Audit"),
    ]


def test_each_is_renamed_to_what_it_is_most_like(repository):
    def files(names):
        texts = {
            f"jobs/{name.lower()}.py": JOB + GREET.replace("Greet", name).replace("info", level)
            for name, level in names.items()
        }
        imports = "".join(f"from .{name.lower()} import {name}\n" for name in names)
        return texts | {"jobs/__init__.py": f"{REGISTER}{imports}register_jobs({', '.join(names)})\n"}

    before = files({"Greet": "info", "Bid": "debug"})
    gone = {path: None for path in before if path != "jobs/__init__.py"}
    changes = repository.changes(before, gone | files({"GreetAll": "info", "BidAll": "debug"}))

    renamed = {change.subject: change.what for change in changes if change.kind == "job-renamed"}
    assert "jobs.greetall.GreetAll" in renamed["jobs.greet.Greet"]
    assert "jobs.bidall.BidAll" in renamed["jobs.bid.Bid"]


def test_files_that_do_not_parse(repository, job):
    before = job("who = StringVar()")
    changes = repository.changes(before, {"jobs/example.py": "class Example(:\n"})

    assert found(changes) == [(BREAKING, "unreadable:jobs/example.py")]
    assert "does not parse" in changes[0].what
    repository.commit()
    assert found(repository.changes({}, {"README.md": "x"})) == []
    assert found(repository.changes({}, before)) == [
        (BENIGN, "job-added:jobs.example.Example"),
        (BENIGN, "readable:jobs/example.py"),
    ]


def test_files_elsewhere_that_do_not_parse(repository, job):
    broken = {"tests/data/a.py": "(", "scripts/b.py": "("}
    assert found(repository.changes(job(), broken)) == [(BENIGN, "unreadable:scripts/b.py")]


def test_a_file_of_an_app_that_does_not_parse(repository):
    changes = repository.changes({"my_app/jobs.py": "x = 1\n"}, {"my_app/jobs.py": "x = (\n"})
    assert found(changes) == [(BREAKING, "unreadable:my_app/jobs.py")]


def test_jobs_of_tests_do_not_count(repository, job):
    test = JOB + REGISTER + GREET + "register_jobs(Greet)\n"
    before = job() | {"tests/test_it.py": test, "tools/thing.py": test}

    assert found(repository.changes(before, {"tests/test_it.py": None, "tools/thing.py": None})) == []


def test_jobs_of_an_app(repository):
    text = JOB + REGISTER + GREET + "register_jobs(Greet)\n"
    before = {"my_app/__init__.py": "", "my_app/jobs.py": text, "my_app/tests/test_jobs.py": text}

    changes = repository.changes(before, {"my_app/jobs.py": "", "my_app/tests/test_jobs.py": ""})

    assert found(changes) == [(BREAKING, "job-removed:my_app.jobs.Greet")]


# What it is


def test_a_job_that_becomes_a_receiver(between, job):
    after = job(base="JobButtonReceiver", run="def receive_job_button(self, obj): pass")
    assert (BREAKING, "receiver-changed") in between(job(), after)


@pytest.mark.parametrize(
    ("base", "before", "after", "breaks"),
    [
        (
            "JobButtonReceiver",
            "def receive_job_button(self, obj): pass",
            "def receive_job_button(self, button): pass",
            True,
        ),
        (
            "JobButtonReceiver",
            "def receive_job_button(self, obj): pass",
            "def receive_job_button(self, obj, x): pass",
            True,
        ),
        (
            "JobButtonReceiver",
            "def receive_job_button(self, obj): pass",
            "def receive_job_button(self, obj, x=1): pass",
            False,
        ),
        (
            "JobButtonReceiver",
            "def receive_job_button(self, obj): pass",
            "def receive_job_button(self, **all): pass",
            False,
        ),
        ("JobButtonReceiver", "def receive_job_button(self, obj): pass", "", True),
        (
            "JobHookReceiver",
            "def receive_job_hook(self, change, action, changed_object): pass",
            "def receive_job_hook(self, change, changed_object): pass",
            True,
        ),
        (
            "JobHookReceiver",
            "def receive_job_hook(self, change, action, changed_object): pass",
            "def receive_job_hook(self, action, *, changed_object, change): pass",
            False,
        ),
    ],
)
def test_the_signature_of_a_receiver(between, job, base, before, after, breaks):
    kinds = between(job(base=base, run=before), job(base=base, run=after))
    assert ((BREAKING, "receiver-changed") in kinds) is breaks


# Meta


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("read_only = True", "read_only = False", [(RISKY, "read-only")]),
        ("read_only = True", "", [(RISKY, "read-only")]),
        ("", "read_only = True", [(BENIGN, "read-only")]),
        ("dryrun_default = True", "", [(RISKY, "dryrun-default")]),
        ("", "dryrun_default = True", [(RISKY, "dryrun-default")]),
        ("", "has_sensitive_variables = False", [(RISKY, "sensitive-flag")]),
        ("has_sensitive_variables = False", "", [(RISKY, "sensitive-flag")]),
        ("", "has_sensitive_variables = True", [(BENIGN, "code")]),
        ("soft_time_limit = 60", "soft_time_limit = 30", [(RISKY, "time-limit")]),
        ("time_limit = 60", "time_limit = 600", [(RISKY, "time-limit")]),
        ("", "is_singleton = True", [(RISKY, "singleton")]),
        ("task_queues = ['a']", "task_queues = ['b']", [(RISKY, "queues")]),
        ("task_queues = ['a', 'b']", "task_queues = ['a']", [(RISKY, "queues")]),
        ("task_queues = ['a']", "task_queues = ['a', 'b']", [(BENIGN, "queues")]),
        ("task_queues = ['a']", "task_queues = ('a',)", [(BENIGN, "code")]),
        ("", "task_queues = ['a']", [(RISKY, "queues")]),
        ("approval_required = True", "", [(RISKY, "approval")]),
        ("name = 'A'", "name = 'B'", [(BENIGN, "title")]),
        ("description = 'A'", "description = 'B'\nhidden = True", [(BENIGN, "meta-text")]),
        ("name = 'A'", "name = 'A'  # the same", []),
        ("soft_time_limit = limit()", "soft_time_limit = other()", [(RISKY, "time-limit")]),
    ],
)
def test_meta(between, job, before, after, expected):
    assert between(job(meta=before), job(meta=after)) == expected


def test_a_constant_that_meta_is_made_from(repository, job):
    files = job(meta="time_limit = LONG")
    files["jobs/example.py"] = files["jobs/example.py"].replace("class", "from .limits import LONG\nclass", 1)
    files["jobs/limits.py"] = "LONG = 600\n"

    (change,) = repository.changes(files, {"jobs/limits.py": "LONG = 60\n"})

    assert change.id == "time-limit:jobs.example.Example.Meta.time_limit"
    assert "stopped" in change.then


def test_the_group(between, job):
    files = job()
    named = files | {"jobs/example.py": "name = 'Examples'\n" + files["jobs/example.py"]}
    assert between(files, named) == [(BENIGN, "group")]


def test_lifecycle_methods(between):
    assert between("", "def on_failure(self, *args): pass") == [(BENIGN, "lifecycle")]


# What it does


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Device.objects.all()", "Device.objects.all().delete()", [(RISKY, "writes")]),
        ("Device().save()", "Device().save(); Rack().save()", [(RISKY, "writes")]),
        ("x.validated_save()", "x.validated_save(); Rack().save()", [(BENIGN, "writes")]),
        ("Device().save()", "pass", [(BENIGN, "writes-gone")]),
        ("Device().save()", "[Device().save()]", [(BENIGN, "code")]),
        ("pass", "import requests; requests.get(1)", [(RISKY, "network")]),
        ("import requests; requests.get(1)", "import requests; requests.post(1)", [(BENIGN, "code")]),
        ("import requests; requests.get(1)", "pass", [(BENIGN, "network-gone")]),
        (
            "import requests; requests.get(1)",
            "import socket, requests; requests.get(1); socket.socket()",
            [(RISKY, "network")],
        ),
        ("pass", "import subprocess; subprocess.run(1)", [(RISKY, "process")]),
        ("pass", "import netmiko; netmiko.ConnectHandler()", [(RISKY, "network"), (RISKY, "package")]),
        ("pass", "import yaml", [(BENIGN, "code")]),
        ("pass", "import openpyxl", [(RISKY, "package")]),
        ("pass", "self.user.has_perm('dcim.view_rack')", [(RISKY, "permission")]),
        ("self.user.has_perm('dcim.view_rack')", "pass", [(RISKY, "permission-gone")]),
        ("x.restrict(u, 'view')", "Device.objects.restrict(u, 'view')", [(BENIGN, "permission")]),
        ("Device.objects.restrict(u, 'view')", "x.restrict(u, 'view')", [(BENIGN, "code")]),
    ],
)
def test_effects(between, job, before, after, expected):
    def files(line):
        return job(run=f"def run(self, u=1, x=2):\n    {line}")

    assert between(files(before), files(after)) == expected


def test_what_shared_code_does_is_told_of_each_job_that_leads_to_it(repository):
    both = GREET.replace("self.logger", "shared(); self.logger") + GREET.replace("Greet", "Bid").replace(
        "self.logger", "shared(); self.logger"
    )
    one = GREET.replace("Greet", "Alone")
    before = {
        "jobs/__init__.py": f"{REGISTER}from .a import Greet, Bid, Alone\nregister_jobs(Greet, Bid, Alone)\n",
        "jobs/a.py": f"{JOB}from .shared import shared\n{both}{one}",
        "jobs/shared.py": "def shared():\n    pass\n",
    }
    after = {"jobs/shared.py": "import subprocess\ndef shared():\n    subprocess.run([])\n"}

    changes = repository.changes(before, after)

    assert found(changes) == [(RISKY, "process:jobs.a.Bid.subprocess"), (RISKY, "process:jobs.a.Greet.subprocess")]
    assert {change.place for change in changes} == {("jobs/shared.py", 3)}


def test_a_package_that_is_needed_at_import(repository, job):
    files = job()
    after = {"jobs/example.py": "import napalm\n" + files["jobs/example.py"]}

    (change,) = repository.changes(files, after)

    assert change.id == "package:jobs.example.Example.napalm"
    assert "whole repository does not sync" in change.then

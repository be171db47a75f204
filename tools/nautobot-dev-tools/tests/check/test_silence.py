"""What rules of layout, registration and contract must not report, and cases beyond their examples that they must."""

import pytest
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check
from nautobot_dev_tools.check.examples import read, repository

INIT = {"__init__.py": "", "jobs/__init__.py": ""}
META = '    class Meta:\n        name = "One"\n        has_sensitive_variables = False\n'
RUN = "    def run(self):\n        pass\n"


def ids(example, settings=None):
    """The set of ids that is found in an example."""
    return {each.rule.id for each in check(read(repository(example)), Config(settings=settings or {})).findings}


def job(*, head="", body="", base="Job", meta=META, run=RUN, tail=""):
    """The text of a module with one Job."""
    return f"from nautobot.apps.jobs import *\n{head}\n\nclass One({base}):\n{body}{meta}{run}{tail}"


def init(text):
    """A repository whose jobs/__init__.py is this."""
    return {"__init__.py": "", "jobs/__init__.py": text}


# Layout


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"__init__.py": "", "jobs.py": ""}, "JOB103"),
        # Imported by name it is loaded, package or not.
        ({"__init__.py": "", "jobs/__init__.py": "from .lib import tool\n", "jobs/lib/tool.py": ""}, "JOB102"),
        ({**INIT, "scripts/tool.py": ""}, "JOB102"),
        ({**INIT, "tests/broken.py": "print 'x'\n"}, "JOB105"),
        ({**INIT, "docs/conf.v2.py": "", "scripts/do-it.py": ""}, "JOB106"),
        ({**INIT, "scripts/do-it.py": ""}, "JOB107"),
        ({"__init__.py": '"""Doc."""\nfrom __future__ import annotations\n__version__ = "1"\n', **INIT}, "JOB108"),
        # Python does not look into a folder below one that is no package.
        ({**INIT, "tests/unit/__init__.py": "import pytest\n"}, "JOB108"),
        ({**INIT, "jobs/testing_lines.py": "", "jobs/latest.py": ""}, "JOB109"),
        ({"__init__.py": "", "jobs/__init__.py": "import json, jobserver\nfrom nautobot.core import jobs\n"}, "JOB110"),
        ({**INIT, "tests/test_it.py": "from jobs.limits import x\n"}, "JOB110"),
        ({**INIT, "jobs/a.py": "try:\n    from jobs import b\nexcept ImportError:\n    b = 1\n"}, "JOB110"),
        (
            {
                **INIT,
                "jobs/a.py": "from our_app.tools import x\n",
                "our_app/__init__.py": "from nautobot.apps import NautobotAppConfig\n",
                "our_app/tools.py": "x = 1\n",
            },
            "JOB110",
        ),
        ({**INIT, "jobs/a.py": "from nautobot.apps.jobs import Job\nfrom nautobot.jobs.x import y\n"}, "JOB111"),
        (
            {**INIT, "jobs/a.py": "from . import b\nfrom .b import c, __doc__\n", "jobs/b.py": "for c in (): pass\n"},
            "JOB112",
        ),
        ({**INIT, "jobs/a.py": "from .b import c\n", "jobs/b.py": "from somewhere import *\n"}, "JOB112"),
        ({**INIT, "jobs/a.py": "from .b import c\n", "jobs/b.py": "(c, d) = 1, 2\n"}, "JOB112"),
        ({**INIT, "jobs/a.py": "from .b import c\n", "jobs/b.py": "def __getattr__(name): ...\n"}, "JOB112"),
        ({**INIT, "jobs/a.py": "from .data import x\n", "jobs/data/x.py": ""}, "JOB112"),
        ({**INIT, "jobs/a.py": "try:\n    from .b import c\nexcept ImportError:\n    c = 1\n"}, "JOB112"),
    ],
)
def test_layout_that_is_fine(files, rule):
    assert rule not in ids(files)


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"__init__.py": "", "jobs/a/b/__init__.py": "", "jobs/a/b/c.py": "", "jobs/__init__.py": ""}, "JOB102"),
        ({"__init__.py": "", "jobs/a.py": ""}, "JOB102"),
        ({**INIT, "jobs/a.py": "", "jobs/a/__init__.py": ""}, "JOB104"),
        ({**INIT, "jobs/a.py": "if x:\n\tpass\n        pass\n"}, "JOB105"),
        ({**INIT, "jobs/a.py": "type X = int\n"}, "JOB105"),
        ({**INIT, "jobs/a.py": "def f[T](x: T): ...\n"}, "JOB105"),
        ({**INIT, "jobs/a.py": "class A[T]: ...\n"}, "JOB105"),
        ({**INIT, "jobs/a.py": "x = y[*z, 1]\n"}, "JOB105"),
        ({**INIT, "jobs/a.py": "def f(*args: *Ts): ...\n"}, "JOB105"),
        ({**INIT, "jobs/a.py": 'x = f"{y["z"]}"\n'}, "JOB105"),
        ({**INIT, "jobs/a.py": "x = f'{\"\\n\".join(y)}'\n"}, "JOB105"),
        ({"__init__.py": "", "jobs/__init__.py": "from ..lib import x\n", "lib.py": "print 'x'\n"}, "JOB105"),
        ({**INIT, "jobs/class.py": ""}, "JOB107"),
        ({**INIT, "jobs/my-audits/__init__.py": ""}, "JOB107"),
        ({"__init__.py": "from .jobs import *\n", "jobs/__init__.py": ""}, "JOB108"),
        ({**INIT, "jobs/tests/__init__.py": ""}, "JOB109"),
        ({**INIT, "jobs/conftest.py": ""}, "JOB109"),
        ({**INIT, "jobs/a.py": "def f():\n    import jobs.b\n", "jobs/b.py": ""}, "JOB110"),
        ({**INIT, "jobs/a.py": "from lib import x\n", "lib/__init__.py": "x = 1\n"}, "JOB110"),
        ({**INIT, "jobs/a.py": "from ... import x\n"}, "JOB112"),
        ({**INIT, "jobs/a.py": "from .b import c\n", "jobs/b.py": ""}, "JOB112"),
    ],
)
def test_layout_that_is_wrong(files, rule):
    assert rule in ids(files)


def test_stars_and_f_strings_that_python_3_10_knows():
    text = "x = y[(*z, 1)]\nf(*a, b)\nz = f'{y[\"z\"]}' f\"{'a'}\" '\\n'\ntype = 1\nmatch x:\n    case [*_]: ...\nw = f'''{a['b']}{\"c\"}'''\n"
    assert "JOB105" not in ids({**INIT, "jobs/a.py": text})


# Registration


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        # What is registered cannot be told.
        (init(job(tail="\nregister_jobs(*[each for each in globals().values() if is_job(each)])\n")), "JOB201"),
        (init(job(tail="\nJOBS = [One]\nregister_jobs(*JOBS)\n")), "JOB201"),
        (
            init(job(tail="\nclass _Two(Job):\n    pass\nclass BaseThree(Job):\n    pass\nregister_jobs(One)\n")),
            "JOB201",
        ),
        ({**INIT, "tests/test_it.py": job()}, "JOB201"),
        ({"__init__.py": "", "jobs.py": job(tail="\nregister_jobs(One)\n")}, "JOB203"),
        (
            init(
                "from nautobot.apps.jobs import register_jobs\nfrom some_app.jobs import Theirs\nregister_jobs(Theirs)\n"
            ),
            "JOB205",
        ),
        (init(job(tail="\nJOBS = (One,)\nregister_jobs(*JOBS)\n")), "JOB205"),
        (
            init(
                "try:\n    from nautobot.apps.jobs import Job\nexcept ImportError:\n    class Job: ...\nelse:\n    class A(Job): ...\n"
            ),
            "JOB206",
        ),
    ],
)
def test_registration_that_is_fine(files, rule):
    assert rule not in ids(files)


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"__init__.py": "", "jobs.py": job()}, "JOB201"),
        ({"__init__.py": "", "jobs.py": job(base="JobHookReceiver")}, "JOB201"),
        (init(job(tail="\nregister_jobs(One, One)\n")), "JOB202"),
        ({**INIT, "jobs/a.py": job(tail="\nregister_jobs(One)\n")}, "JOB203"),
        (init("from nautobot.apps.jobs import register_jobs\nclass A: ...\nregister_jobs(A)\n"), "JOB205"),
        (
            {
                "__init__.py": "",
                f"jobs/{'a' * 99}.py": job(),
                "jobs/__init__.py": f"from .{'a' * 99} import One\nfrom nautobot.apps.jobs import register_jobs\nregister_jobs(One)\n",
            },
            "JOB207",
        ),
        (job(head=f'name = "{"g" * 256}"\n'), "JOB208"),
    ],
)
def test_registration_that_is_wrong(files, rule):
    assert rule in ids(files)


# Contract

BOTH = "    def run(self, *, who):\n        pass\n"
WHO = '    who = StringVar(description="Who.")\n'


@pytest.mark.parametrize(
    ("example", "rule"),
    [
        (job(body="    def as_form(self, *args):\n        return super().as_form(*args)\n"), "JOB301"),
        (job(body="    def before_start(self, *args):\n        pass\n"), "JOB301"),
        (job(base="Outside"), "JOB302"),
        (job(head="from elsewhere import Mixin\n", base="Mixin, Job", run=""), "JOB302"),
        (job(run="    run = make_run()\n"), "JOB302"),
        (job(body=WHO, run="    def run(self, **data):\n        pass\n"), "JOB303"),
        (job(body=WHO, run="    def run(self, who=None, *args, **kwargs):\n        pass\n"), "JOB303"),
        (job(body="    who = make_variable()\n", run=BOTH), "JOB303"),
        (job(head="from elsewhere import Mixin\n", base="Mixin, Job", run=BOTH), "JOB303"),
        (job(body=WHO, run="    @with_more_arguments\n    def run(self, who, client):\n        pass\n"), "JOB303"),
        (job(body=WHO, run="    def run(self, who, _now=None):\n        pass\n"), "JOB303"),
        (job(head="class M:\n    who = StringVar(description='Who.')\n", base="M, Job", run=BOTH), "JOB303"),
        (job(body="    dryrun = DryRunVar()\n", run="    def run(self, *, dryrun):\n        pass\n"), "JOB304"),
        (job(body="    x = StringVar(**OPTIONS)\n"), "JOB304"),
        (job(base="JobButtonReceiver", run="    def receive_job_button(self, obj):\n        pass\n"), "JOB304"),
        (job(head="from elsewhere import Mixin\n", base="Mixin, Job", meta=""), "JOB305"),
        (job(meta="    Meta = make_meta()\n"), "JOB305"),
        (job(meta="    Meta = make_meta()\n"), "JOB306"),
        (
            job(
                head="class BaseOne(Job):\n    class Meta:\n        soft_time_limit = 5\n",
                base="BaseOne",
                meta="    class Meta(BaseOne.Meta):\n        name = 'x'\n",
            ),
            "JOB307",
        ),
        (
            job(meta='    class Meta:\n        name = "One"\n        minimum_nautobot = "3.0"\n        owner = "us"\n'),
            "JOB308",
        ),
        (
            job(meta="    class Meta:\n        name = NAME\n        time_limit = 60 * 5\n        task_queues = ()\n"),
            "JOB309",
        ),
        (job(meta="    class Meta:\n        name = _('One')\n        hidden = not True\n"), "JOB309"),
        (
            job(
                head="class M:\n    dryrun = DryRunVar()\n",
                base="M, Job",
                meta="    class Meta:\n        dryrun_default = True\n",
            ),
            "JOB310",
        ),
        (job(body="    dryrun = make()\n", meta="    class Meta:\n        dryrun_default = True\n"), "JOB310"),
        (job(body="    dryrun = DryRunVar(default=False)\n"), "JOB312"),
        (job(base="JobHookReceiver", meta="    class Meta:\n        name = 'x'\n"), "JOB313"),
        (job(meta="    class Meta:\n        soft_time_limit = 0\n        time_limit = 5\n"), "JOB315"),
        (job(meta="    class Meta:\n        soft_time_limit = LIMIT\n        time_limit = 5\n"), "JOB315"),
        (job(meta="    class Meta:\n        time_limit = 900\n"), "JOB316"),
        (job(meta="    class Meta:\n        soft_time_limit = 60\n"), "JOB316"),
        (
            job(
                body="    commit_changes = BooleanVar()\n",
                run="    def run(self, *, commit_changes):\n        Device().validated_save()\n",
            ),
            "JOB317",
        ),
        (
            job(
                run="    def run(self):\n        {}.update(a=1)\n        open('x').close()\n        requests.delete('x')\n"
            ),
            "JOB317",
        ),
        (job(body="    data = JSONVar(description='x')\n", run="    def run(self, data):\n        pass\n"), "JOB320"),
        (job(tail="    def log_info(self, x):\n        self.log_info(x)\n"), "JOB321"),
        (job(head="class Logger:\n    def f(self):\n        self.log('x')\n"), "JOB321"),
        (job(run="    def run(self):\n        self.failed = 0\n        self.failed += 1\n"), "JOB322"),
        (job(body="    results = ()\n", run="    def run(self):\n        return self.results\n"), "JOB322"),
        (job(run="    def run(self):\n        return self.request.id, self.job_result.status\n"), "JOB322"),
        (job(run="    def run(self):\n        self.test_a()\n    def test_a(self):\n        pass\n"), "JOB323"),
        (
            job(run="    def run(self):\n        getattr(self, 'test_a')()\n    def test_a(self):\n        pass\n"),
            "JOB323",
        ),
        (job(base="JobHookReceiver", run="    def receive_job_hook(self, **kwargs):\n        pass\n"), "JOB330"),
        (job(base="JobHookReceiver", run="    def run(self, object_change):\n        pass\n"), "JOB330"),
        (job(base="JobButtonReceiver", run="    def receive_job_button(self, obj, more=1):\n        pass\n"), "JOB331"),
        (job(tail="    def on_failure(self, *args, **kwargs):\n        pass\n"), "JOB332"),
        (job(tail="    def after_return(self, a, b, c, d, e, f, g=1):\n        pass\n"), "JOB332"),
        (job(body="    x = ObjectVar(Device, description='x')\n"), "JOB334"),
        (job(body="    x = ChoiceVar(CHOICES)\n    y = StringVar(**{'a': 1})\n"), "JOB334"),
        (job(head="class V(StringVar):\n    pass\n", body="    x = V(extra=1)\n"), "JOB334"),
        (job(body="    x = IntegerVar(min_value=-1, max_value=5)\n    y = StringVar(min_length=0)\n"), "JOB335"),
        (job(head="name = 'x' + str(1)\n"), "JOB336"),
        (job(body=WHO, meta="    class Meta:\n        field_order = ['who', '_job_queue']\n", run=BOTH), "JOB337"),
        (job(body="    x = make()\n", meta="    class Meta:\n        field_order = ['x']\n"), "JOB337"),
    ],
)
def test_contract_that_is_fine(example, rule):
    assert rule not in ids(example)


@pytest.mark.parametrize(
    ("example", "rule"),
    [
        (job(body="    def user(self):\n        pass\n"), "JOB301"),
        (job(body="    description: str = 'x'\n"), "JOB301"),
        (job(body="    time_limit = 5\n"), "JOB301"),
        (job(run=""), "JOB302"),
        (job(run="    def run(self, *, who):\n        pass\n"), "JOB303"),
        (job(body=WHO, run="    def run(self, who, /):\n        pass\n"), "JOB303"),
        (job(body=WHO, run="    @transaction.atomic\n    def run(self):\n        pass\n"), "JOB303"),
        (job(body=WHO, run="    def run(self, who, much):\n        pass\n"), "JOB303"),
        (job(body="    a = BooleanVar(label='x')\n"), "JOB304"),
        (job(meta="    class Meta:\n        time_limit = 60.0\n"), "JOB309"),
        (job(meta="    class Meta:\n        hidden = 'yes'\n"), "JOB309"),
        (
            job(
                body="    dryrun = BooleanVar(description='x')\n",
                meta="    class Meta:\n        dryrun_default = True\n",
            ),
            "JOB310",
        ),
        (job(meta="    class Meta:\n        soft_time_limit = 5\n        time_limit = 5\n"), "JOB315"),
        (job(meta="    class Meta:\n        time_limit = 200\n"), "JOB316"),
        (
            job(
                run="    def run(self):\n        Device.objects.filter(x=1).update(y=2)\n",
                head="from nautobot.dcim.models import Device\n",
            ),
            "JOB317",
        ),
        (job(run="    def run(self, data=None, commit=True):\n        pass\n"), "JOB320"),
        (job(run="    def run(self):\n        for x in y:\n            self.log_failure(x, message='a')\n"), "JOB321"),
        (job(run="    def run(self):\n        self.job_result.status = 'x'\n"), "JOB322"),
        (job(run="    def run(self):\n        if self.failed:\n            pass\n"), "JOB322"),
        (job(run="    def run(self):\n        pass\n    def post_run(self):\n        pass\n"), "JOB323"),
        (job(head="from nautobot.extras.jobs import Script\n"), "JOB325"),
        (job(head="import nautobot.utilities.choices\n"), "JOB325"),
        (job(base="JobHookReceiver", run="    pass\n"), "JOB330"),
        (job(base="JobHookReceiver", run="    def receive_job_hook(self, a, b, c):\n        pass\n"), "JOB330"),
        (job(base="JobButtonReceiver", run="    def receive_job_button(self, obj, more):\n        pass\n"), "JOB331"),
        (job(tail="    def before_start(self):\n        pass\n"), "JOB332"),
        (job(tail="    def on_success(self, *, retval, task_id, args, kwargs):\n        pass\n"), "JOB332"),
        (job(body="    x = ObjectVar(description='x')\n"), "JOB334"),
        (job(body="    x = BooleanVar(description='x', initial=True)\n"), "JOB334"),
        (job(body="    x = BooleanVar(description='x', required=True)\n"), "JOB335"),
        (job(head="def name():\n    pass\n"), "JOB336"),
    ],
)
def test_contract_that_is_wrong(example, rule):
    assert rule in ids(example)


def test_approval_is_in_place_where_only_nautobot_2_is_supported():
    example = job(meta="    class Meta:\n        approval_required = True\n")
    assert "JOB314" in ids(example)
    assert "JOB314" in ids(example, {"nautobot": ["2.4.44", "3.0.0"]})
    assert "JOB314" not in ids(example, {"nautobot": ["2.4.35", "2.4.44"]})


def test_a_repository_of_something_else():
    assert ids({"setup.py": "from setuptools import setup\nsetup()\n"}) == {"JOB101", "JOB103"}
    assert ids({}) == {"JOB101", "JOB103"}

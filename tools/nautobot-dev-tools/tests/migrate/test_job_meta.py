"""Meta.commit_default becomes dryrun_default, the other way round."""

import pytest
from migrating import after, assert_untouched
from nautobot_dev_tools.migrate.transformations.job_meta import JobMeta
from nautobot_dev_tools.migrate.transformations.run_signature import RunSignature

HEAD = "from nautobot.apps.jobs import DryRunVar, Job\nfrom nautobot.dcim.models import Site\n\n\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("True", "False"), ("False", "True"), ("DEFAULT", "not (DEFAULT)"), ("a or b", "not (a or b)")],
)
def test_becomes(value, expected):
    before = f"{HEAD}class Example(Job):\n    dryrun = DryRunVar()\n\n    class Meta:\n        commit_default = {value}  # why\n"
    assert f"        dryrun_default = {expected}  # why\n" in after(before, JobMeta())


def test_goes_where_there_is_no_dry_run():
    before = f"{HEAD}class Example(Job):\n    class Meta:\n        name = 'x'\n        # about it\n        commit_default = False\n\n"
    before += "    def run(self, data, commit):\n        pass\n"
    text = after(before, RunSignature(), JobMeta())
    assert "commit_default" not in text
    assert "        name = 'x'\n        # about it\n\n    def run" in text


def test_a_meta_that_has_nothing_else_stays_a_class():
    before = f"{HEAD}class Example(Job):\n    class Meta:\n        commit_default = False\n"
    assert "    class Meta:\n        pass\n" in after(before, JobMeta())


def test_together_with_the_variable_that_run_gets():
    before = f"{HEAD}class Example(Job):\n    class Meta:\n        commit_default = False\n\n"
    before += "    def run(self, data, commit):\n        Site.objects.create()\n"
    assert "dryrun_default = True" in after(before, RunSignature(), JobMeta())


@pytest.mark.parametrize(
    "code",
    [
        "class Example(Job):\n    class Meta:\n        dryrun_default = True\n",
        "class Example:\n    class Meta:\n        commit_default = True\n",
        "class Example(Job):\n    commit_default = True\n",
        "commit_default = True\n",
        "class Example(Job):\n    def run(self):\n        commit_default = True\n        return commit_default\n",
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code, JobMeta())

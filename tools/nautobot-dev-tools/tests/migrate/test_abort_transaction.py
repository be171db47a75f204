"""AbortTransaction that ends a run() is left to a person."""

import pytest
from migrating import EXAMPLE, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.abort_transaction import AbortTransaction

JOB = "from nautobot.apps.jobs import Job\nfrom nautobot.utilities.exceptions import AbortTransaction\n\n\nclass Example(Job):\n    def run(self):\n"


@pytest.mark.parametrize(
    "code", ['raise AbortTransaction("no")', "raise AbortTransaction", "raise exceptions.AbortTransaction()"]
)
def test_left_to_a_person(code):
    outcome = migrated(f"{JOB}        {code}\n", AbortTransaction()).outcomes[EXAMPLE]
    assert [each.line for each in outcome.todos] == [7]
    assert f"        {code}\n" in outcome.after


@pytest.mark.parametrize(
    "code",
    [
        "        try:\n            raise AbortTransaction()\n        except AbortTransaction:\n            pass\n",
        "        raise ValueError\n",
        "        raise\n",
        "        print(AbortTransaction)\n",
    ],
)
def test_stays(code):
    assert_untouched(JOB + code, AbortTransaction())


def test_stays_in_a_view():
    assert_untouched("class View:\n    def get(self):\n        raise AbortTransaction()\n", AbortTransaction())

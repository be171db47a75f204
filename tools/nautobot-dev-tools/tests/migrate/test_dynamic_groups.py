"""Members of dynamic groups are always cached."""

import pytest
from migrating import assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.dynamic_groups import DynamicGroups

HEAD = "from nautobot.extras.models import DynamicGroup\n\n"


def test_becomes():
    before = "for x in DynamicGroup.objects.get(name=y).members_cached:\n    pass\n"
    assert_becomes(HEAD + before, HEAD + before.replace("members_cached", "members"), DynamicGroups())


@pytest.mark.parametrize(
    "code", ["DynamicGroup.objects.first().members", "team.members_cached", "members_cached = 1", "x['members_cached']"]
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", DynamicGroups())

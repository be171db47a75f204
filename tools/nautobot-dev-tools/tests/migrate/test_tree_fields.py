"""Fields of trees are there only where the query asks for them."""

import pytest
from migrating import NEEDS_3_2, after, assert_untouched
from nautobot_dev_tools.migrate.transformations.tree_fields import TreeFields

HEAD = "from nautobot.dcim.models import Device, Location\n\n"


@pytest.mark.parametrize(
    "code",
    [
        "print(Location.objects.first().tree_depth)",
        'Location.objects.order_by("-tree_depth")',
        'Device.objects.values_list("location__name").filter(x=Location.objects.filter(tree_depth=1))',
        "def f(location):\n    return location.tree_depth",
    ],
)
def test_is_marked(code):
    assert "tree_depth is there only where the query has with_tree_fields()" in after(HEAD + code + "\n", TreeFields())


@pytest.mark.parametrize(
    "code",
    [
        'Location.objects.with_tree_fields().order_by("tree_depth")',
        "print(Location.objects.first().name)",
        "def f(x):\n    return x.tree_depth",
        'x = {"tree_depth": 1}',
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", TreeFields())


@NEEDS_3_2
def test_trees_are_those_of_nautobot():
    from django.apps import apps
    from nautobot.core.models.tree_queries import TreeModel
    from nautobot_dev_tools.migrate.models import models
    from nautobot_dev_tools.migrate.transformations.tree_fields import _TREES

    trees = {name for name, known in models().items() if issubclass(apps.get_model(known.app, name), TreeModel)}
    assert trees == _TREES

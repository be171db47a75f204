"""Imports of what moved name the new module."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from migrating import NEEDS_3_2, after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.module_moves import ModuleMoves, target


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("from nautobot.utilities.choices import ChoiceSet", "from nautobot.core.choices import ChoiceSet"),
        ("from nautobot.utilities.choices import ChoiceSet as C", "from nautobot.core.choices import ChoiceSet as C"),
        ("from nautobot.utilities.utils import deepmerge", "from nautobot.core.utils.data import deepmerge"),
        (
            "from nautobot.utilities.utils import deepmerge, count_related",
            "from nautobot.core.utils.data import deepmerge\nfrom nautobot.core.models.querysets import count_related",
        ),
        (
            "from nautobot.extras.utils import is_taggable, FeatureQuery",
            "from nautobot.extras.utils import FeatureQuery\nfrom nautobot.core.models.utils import is_taggable",
        ),
        ("from nautobot.utilities import choices", "from nautobot.core import choices"),
        ("import nautobot.utilities.choices as c", "import nautobot.core.choices as c"),
        (
            "import nautobot.utilities.choices\n\nx = nautobot.utilities.choices.ChoiceSet",
            "import nautobot.core.choices\n\nx = nautobot.core.choices.ChoiceSet",
        ),
        ("from nautobot.utilities.forms.fields import X", "from nautobot.core.forms.fields import X"),
        ("from nautobot.utilities.choices import *", "from nautobot.core.choices import *"),
        ('patch("nautobot.utilities.utils.deepmerge")', 'patch("nautobot.core.utils.data.deepmerge")'),
        (
            "if x:\n    # why\n    from nautobot.utilities.utils import (\n        deepmerge,\n        flatten_dict,\n    )  # here",
            "if x:\n    # why\n    from nautobot.core.utils.data import (\n        deepmerge,\n        flatten_dict,\n    )  # here",
        ),
        (
            "import os; from nautobot.utilities.utils import deepmerge, csv_format",
            "import os; from nautobot.core.utils.data import deepmerge; from nautobot.core.views.utils import csv_format",
        ),
        (
            "from nautobot.utilities import error_handlers\n\nerror_handlers.x()",
            "from nautobot.core.views import utils\n\nutils.x()",
        ),
        (
            "from nautobot.utilities import error_handlers\n\nutils = 1\nerror_handlers.x()",
            "from nautobot.core.views import utils as error_handlers\n\nutils = 1\nerror_handlers.x()",
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", ModuleMoves())


@pytest.mark.parametrize(
    "code",
    [
        "from nautobot.core.choices import ChoiceSet",
        "from nautobot.core.forms import BootstrapMixin",
        "from .nautobot.utilities.choices import ChoiceSet",
        "from nautobot.extras.utils import FeatureQuery",
        "from utilities.choices import ChoiceSet",
        "import nautobot.core.choices",
        "from nautobot.extras.views import JobView",
        'text = "see nautobot.utilities.utils.deepmerge for more"',
        "# from nautobot.utilities.choices import ChoiceSet",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", ModuleMoves())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from nautobot.utilities.utils import something_old", "do not say where something_old is"),
        ("import nautobot.utilities.utils as u\n\nu.deepmerge({}, {})", "import what is used by name"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(code + "\n", ModuleMoves())
    assert "# TODO(migrate): " in text
    assert reason in text
    assert text.endswith(code + "\n")


def test_every_row_leads_somewhere_else():
    where = target()
    for old, name, _ in table("v2-code-location-changes").rows:
        full = f"{old}.{name}" if name != "(all)" else f"{old}.x"
        assert where(full) not in ("", full)


@NEEDS_3_2
def test_every_target_is_there():
    missing = set()
    for _, name, home in table("v2-code-location-changes").rows:
        if home == "nautobot.core.factory":  # needs factory_boy
            assert find_spec(home)
        elif name == "(all)":
            import_module(home)
        elif not hasattr(import_module(home), name):
            missing.add(f"{home}.{name}")
    # 3.0 removed it, and has nothing in its place.
    assert missing == {"nautobot.core.forms.search.SearchForm"}


def test_a_string_is_only_likely():
    done = migrated('patch("nautobot.utilities.utils.deepmerge")\n', ModuleMoves())
    assert [each.confidence for each in done.outcomes["jobs/example.py"].changes] == ["likely"]

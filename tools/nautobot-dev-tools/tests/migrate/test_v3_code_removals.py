"""Imports of aliases that 3.0 removed name what they stood for."""

from importlib import import_module

import pytest
from migrating import NEEDS_3_2, after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.v3_code_removals import V3CodeRemovals, target


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "from nautobot.extras.plugins import PluginConfig\n\n\nclass Mine(PluginConfig):\n    x = PluginConfig.y",
            """\
            from nautobot.extras.plugins import NautobotAppConfig


            class Mine(NautobotAppConfig):
                x = NautobotAppConfig.y""",
        ),
        (
            "from nautobot.extras.plugins import PluginBanner\n\nBanner = 1\nx = PluginBanner()",
            "from nautobot.extras.plugins import Banner as PluginBanner\n\nBanner = 1\nx = PluginBanner()",
        ),
        (
            "from nautobot.extras.choices import CustomLinkButtonClassChoices as C",
            "from nautobot.extras.choices import ButtonClassChoices as C",
        ),
        (
            "from nautobot.tenancy.filters import TenancyFilterSet, TenantFilterSet",
            """\
            from nautobot.tenancy.filters import TenantFilterSet
            from nautobot.tenancy.filter_mixins import TenancyModelFilterSetMixin""",
        ),
        (
            "from nautobot_data_validation_engine.custom_validators import ComplianceError, DataComplianceRule",
            "from nautobot.apps.models import ComplianceError, DataComplianceRule",
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", V3CodeRemovals())


def test_a_name_that_other_modules_import_stays():
    files = {
        "jobs/common.py": "from nautobot.extras.plugins import PluginConfig\n",
        "jobs/example.py": "from .common import PluginConfig\n",
    }
    expected = "from nautobot.extras.plugins import NautobotAppConfig as PluginConfig\n"
    assert after(files, V3CodeRemovals(), path="jobs/common.py") == expected
    assert after(files, V3CodeRemovals()) == files["jobs/example.py"]


@pytest.mark.parametrize(
    "code",
    [
        "from nautobot.extras.plugins import NautobotAppConfig",
        "from mine import PluginConfig",
        "from nautobot.apps.filters import TenancyModelFilterSetMixin",
        "class PluginConfig:\n    pass",
        "from nautobot.extras.choices import ButtonClassChoices",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", V3CodeRemovals())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from nautobot.extras.forms.forms import CustomFieldBulkCreateForm", "CustomFieldBulkCreateForm is gone"),
        ("class X(FilterTestCases.NameOnlyFilterTestCase):\n    pass", "needs generic_filter_tests"),
    ],
)
def test_is_left_to_a_person(code, reason):
    assert reason in after(code + "\n", V3CodeRemovals())


@NEEDS_3_2
def test_every_target_is_there():
    where = target()
    found = [where(old) for old, _ in table("v3-code-removals").rows if where(old)]
    assert len(found) == 24
    for name in found:
        module, _, last = name.rpartition(".")
        assert hasattr(import_module(module), last), name

"""Names that Django removed."""

from importlib import import_module

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.django_names import DJANGO_4, DjangoNames
from nautobot_dev_tools.migrate.transformations.django_tests import DjangoTests

BOTH = (DjangoNames(), DjangoTests())


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "from django.utils.encoding import force_text\n\nforce_text(x)",
            "from django.utils.encoding import force_str\n\nforce_str(x)",
        ),
        (
            "from django.utils.translation import ugettext_lazy as _",
            "from django.utils.translation import gettext_lazy as _",
        ),
        ("self.assertQuerysetEqual(a, b)", "self.assertQuerySetEqual(a, b)"),
        ("self.assertQuerysetEqualAndNotEmpty(a, b)", "self.assertQuerySetEqualAndNotEmpty(a, b)"),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", *BOTH)


@pytest.mark.parametrize(
    "code",
    [
        "from django.utils.encoding import force_str",
        "from mine import force_text\n\nimport django",
        "self.assertQuerySetEqual(a, b)",
        "from django.utils import timezone\n\ntimezone.now()",
        "from datetime import timezone\n\ntimezone.utc",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", *BOTH)


@pytest.mark.parametrize(
    "code", ["from django.utils.timezone import utc", "from django.utils import timezone\n\nprint(timezone.utc)"]
)
def test_the_time_zone_is_left_to_a_person(code):
    assert "datetime.timezone.utc is the same" in after(code + "\n", *BOTH)


def test_new_names_are_there_and_old_ones_are_not():
    for old, new in DJANGO_4.items():
        home, _, name = new.rpartition(".")
        assert hasattr(import_module(home), name)
        home, _, name = old.rpartition(".")
        # That of PostgreSQL is there for old migrations alone: a model that has it is refused.
        assert not hasattr(import_module(home), name) or name == "JSONField"

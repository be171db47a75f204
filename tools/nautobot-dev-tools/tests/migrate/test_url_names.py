"""Names of pages in strings."""

import pytest
from django.urls import NoReverseMatch, reverse
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations import url_names
from nautobot_dev_tools.migrate.transformations.url_names import UrlNames


def test_becomes():
    before = 'reverse("extras:job_jobresult", kwargs={"pk": x})\n'
    assert_becomes(before, 'reverse("extras:jobresult", kwargs={"pk": x})\n', UrlNames())


@pytest.mark.parametrize(
    "code",
    ['reverse("dcim:location", args=[x])', 'reverse("dcim:sitemap")', '"see dcim:site"', 'reverse("extras:jobresult")'],
)
def test_stays(code):
    assert_untouched(code + "\n", UrlNames())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('reverse("dcim:site", kwargs={"slug": x})', "dcim:location takes a primary key"),
        ('reverse("dcim:devicerole_edit", kwargs={"slug": x})', "extras:role_edit takes a primary key"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(code + "\n", UrlNames())
    assert reason in text
    assert text.splitlines()[-1] == code


def test_new_names_are_pages_of_nautobot():
    for name in [*url_names._RENAMED.values(), *url_names._SUCCESSOR.values()]:
        with pytest.raises(NoReverseMatch, match="with no arguments not found"):
            reverse(name)

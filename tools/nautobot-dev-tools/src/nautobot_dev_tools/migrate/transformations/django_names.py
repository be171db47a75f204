"""Names of Django that are gone with the Django that Nautobot 2.3 brought."""

from __future__ import annotations

import libcst as cst

from ..moves import by_rows, move
from ..transformation import Transformation
from ..understood import Understood

# What Django's release notes of 4.0 name in the place of what they remove; the two mean the same.
DJANGO_4 = {
    "django.conf.urls.url": "django.urls.re_path",
    "django.contrib.postgres.fields.JSONField": "django.db.models.JSONField",
    "django.utils.encoding.force_text": "django.utils.encoding.force_str",
    "django.utils.encoding.smart_text": "django.utils.encoding.smart_str",
    "django.utils.http.is_safe_url": "django.utils.http.url_has_allowed_host_and_scheme",
    "django.utils.http.urlquote": "urllib.parse.quote",
    "django.utils.http.urlunquote": "urllib.parse.unquote",
    "django.utils.translation.ugettext": "django.utils.translation.gettext",
    "django.utils.translation.ugettext_lazy": "django.utils.translation.gettext_lazy",
    "django.utils.translation.ungettext": "django.utils.translation.ngettext",
}


class DjangoNames(Transformation):
    """Nautobot 2.3 brought Django 4.2 in place of 3.2."""

    id = "django-names"
    title = "Imports of names that Django 4 removed name what took their place"
    since = "2.3"
    page = "release-notes/version-2.3.html#job-authors--app-developers"

    def concerns(self, text: str) -> bool:
        """Whether it has one."""
        return "django" in text and any(name.rpartition(".")[2] in text for name in DJANGO_4)

    def run(self, file: Understood) -> cst.Module:
        """Move them."""
        move(file, by_rows(DJANGO_4, {}))
        return file.edited()

"""What the checks of addresses of other systems share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity

_LOCAL = r"^http://(localhost|127\.[0-9.]+|\[::1\])(:|/|$)"


class CredentialsInURL(Check):
    """Addresses with a password in them. Subclasses say where."""

    severity = Severity.CRITICAL
    tags = ("access", "secret")
    since = "0.1.0"

    column: ClassVar[str]

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses with something before an @ in their host part. It is never told."""
        with_credentials = objects.filter(**{f"{self.column}__iregex": r"^[a-z+]+://[^/?#]*@"})
        for row in self.rows(with_credentials, self.column):
            yield self.finding(
                row, context, "The address contains credentials.", details={"host": host(row[self.column])}
            )


class Unprotected(Check):
    """Addresses that are reached without TLS, or without checking who answers. Subclasses say where."""

    severity = Severity.MEDIUM
    tags = ("access",)
    since = "0.1.0"

    column: ClassVar[str]
    verified: ClassVar[str] = ""
    enabled: ClassVar[str] = ""

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Plain HTTP to another host, or HTTPS without verification."""
        rows = objects.filter(**{self.enabled: True}) if self.enabled else objects
        plain = Q(**{f"{self.column}__istartswith": "http://"}) & ~Q(**{f"{self.column}__iregex": _LOCAL})
        wrong = plain
        if self.verified:
            wrong |= Q(**{f"{self.column}__istartswith": "https://", self.verified: False})
        columns = [self.column, *([self.verified] if self.verified else [])]
        for row in self.rows(rows.filter(wrong), *columns):
            url = row[self.column]
            # What follows the host may be as secret as a password.
            if url.lower().startswith("http://"):
                message, key = "The address is reached over HTTP, in plain text.", "http"
            else:
                message, key = "The certificate of the other side is not verified.", "verification"
            yield self.finding(row, context, message, key=key, details={"host": host(url)})


def host(url: str) -> str:
    """The host of an address, without credentials, port and path; "" if it cannot be told, as with a template."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return "" if "{" in name else name

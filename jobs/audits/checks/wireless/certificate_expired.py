"""LOADBALANCERS-CERTIFICATE-001: expired certificate in use."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ._certificates import in_use


class CertificateExpired(Check):
    """Certificates that browsers refuse."""

    id = "LOADBALANCERS-CERTIFICATE-001"
    title = "Expired certificate in use"
    severity = Severity.CRITICAL
    model = "load_balancers.certificateprofile"
    description = (
        "The certificate profile has expired, and an enabled virtual server, or a pool member, uses it. Clients "
        "refuse to connect."
    )
    remedy = "Renew the certificate and record its new expiry."
    tags = ("certificate", "load-balancer")
    since = "0.1.0"
    bad = "The certificate of www expired yesterday."
    good = "The certificate of old-www expired last year, and nothing uses it."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Certificates in use, by their expiry."""
        expired = objects.filter(in_use(), expiration_date__lt=timezone.now())
        for row in self.rows(expired, "expiration_date"):
            details = {"expired": f"{row['expiration_date']:%Y-%m-%d}"}
            yield self.finding(row, context, "The certificate has expired.", details=details)

"""LOADBALANCERS-CERTIFICATE-002: certificate in use expires soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ._certificates import in_use


class CertificateExpiring(Check):
    """Certificates that browsers will refuse."""

    id = "LOADBALANCERS-CERTIFICATE-002"
    title = "Certificate in use expires soon"
    severity = Severity.HIGH
    model = "load_balancers.certificateprofile"
    description = (
        "The certificate profile expires within the parameter `days`, and an enabled virtual server, or a pool "
        "member, uses it. What has expired already is another check (LOADBALANCERS-CERTIFICATE-001)."
    )
    remedy = "Renew the certificate and record its new expiry."
    tags = ("certificate", "load-balancer")
    parameters = {
        "days": Parameter(30, "Days before expiry at which to warn."),
    }
    since = "0.1.0"
    bad = "The certificate of www expires next week."
    good = "The certificate of api expires in half a year."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Certificates in use, by their expiry."""
        now = timezone.now()
        expiring = objects.filter(in_use(), expiration_date__range=(now, now + timedelta(days=self.values["days"])))
        for row in self.rows(expiring, "expiration_date"):
            details = {"expires": f"{row['expiration_date']:%Y-%m-%d}"}
            yield self.finding(row, context, "The certificate expires soon.", details=details)

"""IPAM-VLAN-004: VLAN with several prefixes."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from nautobot.ipam.models import Prefix

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import Hex, collect


class VlanWithSeveralPrefixes(Check):
    """VLANs with more than one network of one family."""

    id = "IPAM-VLAN-004"
    title = "VLAN with several prefixes"
    severity = Severity.INFO
    model = "ipam.vlan"
    description = (
        "More prefixes than the parameter allows have the VLAN, of the same IP version and in the same namespace. Only "
        "prefixes of the type Network count, no deprecated ones, and none inside another one of the VLAN. Secondary "
        "networks exist; more often a prefix has the VLAN with the right ID of the wrong site."
    )
    remedy = "Correct the VLAN of the prefixes, or leave the finding as it is if the VLAN does have several networks."
    tags = ("vlan", "prefix")
    parameters = {"most": Parameter(1, "How many prefixes of one IP version in one namespace a VLAN may have.")}
    since = "0.1.0"
    bad = "10.16.101.0/24 and 10.32.101.0/24, both in Global, have the VLAN data (101) of AMS01."
    good = "10.16.101.0/24 and 2001:db8:16:101::/64, both in Global, have the VLAN data (101) of AMS01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """VLANs with several prefixes."""
        prefixes = (
            Prefix.objects.filter(vlan=OuterRef("pk"), type="network")
            .exclude(status__name="Deprecated")
            .filter(Q(parent=None) | Q(parent__vlan=None) | ~Q(parent__vlan=F("vlan")))
            .order_by()
        )
        several = prefixes.values("namespace", "ip_version").annotate(number=Count("pk"))
        seen = Prefix.objects.restrict(context.user, "view").filter(pk=OuterRef("pk")).order_by()
        network = JSONObject(network=Hex("network"), length="prefix_length", namespace="namespace__name")
        vlans = objects.filter(Exists(several.filter(number__gt=self.values["most"]))).annotate(
            networks=collect(prefixes.filter(Exists(seen)), network)
        )
        for row in self.rows(vlans, "networks"):
            names = sorted(
                f"{ip_address(bytes.fromhex(one['network']))}/{one['length']} in {one['namespace']}"
                for one in row["networks"] or ()
            )
            yield self.finding(
                row, context, "The VLAN has several prefixes of one kind.", details={"prefixes": ", ".join(names)}
            )

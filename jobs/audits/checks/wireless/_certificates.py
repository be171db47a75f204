"""What the checks of certificates share."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q


def in_use() -> Q:
    """Condition: an enabled virtual server or a member of a pool has the certificate profile."""
    servers = apps.get_model("load_balancers.virtualservercertificateprofileassignment").objects
    members = apps.get_model("load_balancers.loadbalancerpoolmembercertificateprofileassignment").objects
    has = {"certificate_profile": OuterRef("pk")}
    enabled = servers.filter(virtual_server__enabled=True, **has).order_by()
    return Q(Exists(enabled)) | Q(Exists(members.filter(**has).order_by()))

"""What queries become is what Nautobot takes: each is built, none is executed."""

from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db.models import Count, F, Prefetch, Q
from migrating import NEEDS_3_2, after
from nautobot.circuits.models import Circuit
from nautobot.dcim.models import Cable, Device, Interface, Location, Rack
from nautobot.extras.models import Role, Status
from nautobot.ipam.models import VLAN, IPAddress, Prefix
from nautobot.virtualization.models import Cluster
from nautobot_dev_tools.migrate.transformations import TRANSFORMATIONS

HEAD = """\
from django.db.models import Count, F, Prefetch, Q
from nautobot.circuits.models import Circuit
from nautobot.dcim.models import Cable, Device, DeviceRole, Interface, Rack, RackRole, Region, Site
from nautobot.extras.models import Status
from nautobot.ipam.models import IPAddress, Prefix, VLAN
from nautobot.virtualization.models import Cluster

"""
TODAY = {
    each.__name__: each
    for each in (Cable, Circuit, Cluster, Count, Device, F, IPAddress, Interface, Location, Prefetch, Prefix, Q)
} | {each.__name__: each for each in (Rack, Role, Status, VLAN)}
pytestmark = pytest.mark.django_db  # paths of cables are found by content type
QUERIES = [
    "Device.objects.filter(device_role__name='x', site__region__parent__name='y')",
    "Device.objects.filter(status__slug__in=['active', 'planned'], device_role_id=key).exclude(cluster=key)",
    "Device.objects.order_by('-device_role__name', 'site__name').values_list('device_role', 'site')",
    "Device.objects.select_related('device_role', 'site__region').prefetch_related('consoleports', 'powerports')",
    "Device.objects.filter(inventoryitems__name='x', local_context_schema__name='y', cluster__type__name='z')",
    "Interface.objects.filter(~Q(cable=None) | Q(cable__label='x'), device__site__name='y')",
    "Interface.objects.filter(cable_id=key, _path__is_active=True).order_by('cable__label')",
    "Interface.objects.filter(cable__isnull=True).values_list('cable', flat=True)",
    "Device.objects.annotate(n=Count('interfaces__cable')).filter(n=1)",
    "Circuit.objects.filter(type__name='x', terminations__site__name='y', termination_a__isnull=False)",
    "Rack.objects.filter(group__name='x', reservations__isnull=True, powerfeed__name='y', site=key)",
    "Cluster.objects.filter(group__name='x', type__name='y', site__region__name='z')",
    "Prefix.objects.filter(site=key, is_pool=True, family=4).select_related('site').order_by('family')",
    "VLAN.objects.filter(Q(site__name='x') | Q(group__name='y'))",
    "IPAddress.objects.filter(family=6, prefix_length=64)",
    "Site.objects.filter(region__name='x', tenant__group__name='y').exclude(name='z')",
    "Region.objects.filter(parent=key)",
    "DeviceRole.objects.filter(name='x')",
    "RackRole.objects.order_by('name')",
    "Cable.objects.filter(termination_a_id=key)",
]


def built(query):
    """The SQL of a query."""
    return str(eval(query, {**TODAY, "key": uuid4()}).query)  # noqa: S307 - one of those above


@NEEDS_3_2
@pytest.mark.parametrize("query", QUERIES)
def test_nautobot_takes_what_a_query_becomes(query):
    text = after(HEAD + query + "\n", *TRANSFORMATIONS)
    new = text.rstrip("\n").splitlines()[-1]
    assert "TODO" not in new
    assert built(new)


@NEEDS_3_2
def test_nautobot_does_not_take_what_they_were():
    same = []
    for query in QUERIES:
        try:
            built(query)
            same.append(query)
        except (FieldError, NameError, ValueError):
            pass
    # Nautobot translates that one itself.
    assert same == ["Cable.objects.filter(termination_a_id=key)"]

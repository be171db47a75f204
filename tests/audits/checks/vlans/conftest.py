"""VLANs to ask their checks about."""

import pytest


class Vlans:
    """VLANs, groups, prefixes, and interfaces that use them."""

    def __init__(self, lab):
        from django.contrib.contenttypes.models import ContentType
        from nautobot.ipam.models import VLAN, VLANGroup

        self.lab = lab
        for location_type in (lab.region_type, lab.site_type):
            location_type.content_types.add(*ContentType.objects.get_for_models(VLAN, VLANGroup).values())
        self.kind = lab.device_type("Plain")

    def vlan(self, vid, name="data", *locations, **values):
        from nautobot.ipam.models import VLAN

        vlan = VLAN(**{"vid": vid, "name": name, "status": self.lab.active, **values})
        vlan.validated_save()
        vlan.locations.set(locations)
        return vlan

    def group(self, name, location=None):
        from nautobot.ipam.models import VLANGroup

        group = VLANGroup(name=name, location=location)
        group.validated_save()
        return group

    def port(self, device="switch", name="eth1", *, location=None, untagged=None, tagged=()):
        """An interface with VLANs that Nautobot might refuse."""
        from nautobot.dcim.models import Device

        where = {"location": location} if location else {}
        device = Device.objects.filter(name=device).first() or self.lab.device(device, self.kind, **where)
        port = self.lab.interface(device, name, mode="tagged", type="1000base-t")
        self.lab.force(port, untagged_vlan=untagged)
        for vlan in tagged:
            port.tagged_vlans.through(interface=port, vlan=vlan).save()
        return port

    def prefix(self, network, vlan, **values):
        from nautobot.ipam.models import Namespace, Prefix

        namespace = Namespace.objects.get(name="Global")
        prefix = Prefix(
            **{"prefix": network, "vlan": vlan, "namespace": namespace, "status": self.lab.active, **values}
        )
        prefix.validated_save()
        return prefix


@pytest.fixture
def vlans(lab):
    return Vlans(lab)

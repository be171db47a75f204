"""Clusters of the hubs' servers, and the virtual machines on them."""

from __future__ import annotations

from example_network import versions
from example_network.addresses import Addresses
from example_network.circuits import HUBS
from example_network.network import Network
from example_network.sites import Site
from nautobot.dcim.models import Platform, SoftwareVersion
from nautobot.extras.models import Tag
from nautobot.ipam.models import VLAN, IPAddress
from nautobot.tenancy.models import Tenant
from nautobot.virtualization.models import Cluster, ClusterGroup, ClusterType, VirtualMachine, VMInterface

# name: virtual CPUs, memory in MB, disk in GB
MACHINES = {
    "dns": (2, 4096, 20),
    "ntp": (1, 2048, 10),
    "log": (4, 8192, 500),
    "mon": (4, 16384, 200),
    "app": (8, 32768, 100),
}
_SYSTEM = "Debian GNU/Linux"


def build(net: Network) -> None:
    """Build clusters, virtual machines, their interfaces and addresses."""
    net.add(ClusterType(name="KVM"), "KVM")
    net.add(ClusterGroup(name="Regional services"), "Regional services")
    book = Addresses(net)
    for site in HUBS:
        _cluster(net, site)
        _machines(net, site, book)
    book.write()
    for site in HUBS:
        for host, service in enumerate(MACHINES, start=11):
            machine = net.get(VirtualMachine, f"{site.code}-vm-{service}-01")
            machine.primary_ip4 = net.get(IPAddress, "Global", f"{site.ipv4}.20.{host}")
            machine.validated_save()


def _cluster(net: Network, site: Site) -> None:
    name = f"{site.code}-cl-01"
    cluster = Cluster(
        name=name,
        cluster_type=net.get(ClusterType, "KVM"),
        cluster_group=net.get(ClusterGroup, "Regional services"),
        location=versions.cluster_location(net.locations[site.name]),
        tenant=net.get(Tenant, site.tenant),
    )
    net.add(cluster, name)
    for number in (1, 2, 3):
        versions.assign_cluster(net.devices[f"{site.code}-srv-{number:02d}"], cluster)


def _machines(net: Network, site: Site, book: Addresses) -> None:
    for host, (service, (cpus, memory, disk)) in enumerate(MACHINES.items(), start=11):
        name = f"{site.code}-vm-{service}-01"
        machine = VirtualMachine(
            name=name,
            cluster=net.get(Cluster, f"{site.code}-cl-01"),
            status=net.status("Active"),
            role=net.role("Virtual Server"),
            tenant=net.get(Tenant, site.tenant),
            platform=net.get(Platform, _SYSTEM),
            software_version=net.get(SoftwareVersion, _SYSTEM),
            vcpus=cpus,
            memory=memory,
            disk=disk,
        )
        net.add(machine, name)
        if service in ("dns", "app"):
            machine.tags.add(net.get(Tag, "critical" if service == "dns" else "pci"))
        interface = VMInterface(
            virtual_machine=machine,
            name="eth0",
            status=net.status("Active"),
            mode="access",
            untagged_vlan=net.get(VLAN, site.name, "servers"),
        )
        net.add(interface, name, "eth0")
        book.add(site, f"{site.ipv4}.20.{host}/24", interface, dns_name=f"{name}.example.net")

"""Config contexts and dynamic groups."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from example_network.network import Network
from example_network.sites import REGIONS, Region
from nautobot.dcim.models import Device
from nautobot.extras.models import ConfigContext, ConfigContextSchema, DynamicGroup, Tag

_SCHEMA = {
    "type": "object",
    "properties": {
        "ntp": {"type": "array", "items": {"type": "string"}},
        "dns": {"type": "array", "items": {"type": "string"}},
        "syslog": {"type": "array", "items": {"type": "string"}},
    },
}
# The hub of each region serves it; its virtual machines have these hosts in 10.<octet>.20.0/24.
_HUB_OCTET = {"EMEA": 16, "AMER": 32, "APAC": 48}
# name, members
_GROUPS = (
    ("EMEA active devices", {"location": ["EMEA"], "status": ["Active"]}),
    ("Core switches", {"role": ["Core Switch"]}),
    ("Console and power equipment", {"role": ["Console Server", "PDU"]}),
)


def build(net: Network) -> None:
    """Build config contexts and dynamic groups."""
    schema = net.add(ConfigContextSchema(name="Base services", data_schema=_SCHEMA), "Base services")
    base = {"ntp": ["192.0.2.123"], "dns": ["192.0.2.53"], "snmp": {"contact": "noc@example.com"}}
    net.add(ConfigContext(name="Base services", weight=1000, data=base, config_context_schema=schema), "Base services")
    for region in REGIONS:
        _regional(net, region)
    context = net.add(ConfigContext(name="Core switches", weight=3000, data={"spanning_tree": {"priority": 4096}}))
    context.roles.set([net.role("Core Switch")])
    context = net.add(
        ConfigContext(name="AMS01 data hall", weight=4000, data={"syslog": ["10.16.20.13", "192.0.2.14"]})
    )
    context.locations.set([net.locations["AMS01"]])
    device = net.devices["ams01-core-01"]
    device.local_config_context_data = {"mlag": {"domain": "ams01", "peer_link": "Port-Channel1"}}
    device.validated_save()
    net.devices["muc01-acc-01"].tags.add(net.get(Tag, "legacy"))
    for name, wanted in _GROUPS:
        group = DynamicGroup(name=name, content_type=ContentType.objects.get_for_model(Device), filter=wanted)
        net.add(group, name)


def _regional(net: Network, region: Region) -> None:
    servers = f"10.{_HUB_OCTET[region.name]}.20"
    data = {"dns": [f"{servers}.11"], "ntp": [f"{servers}.12"], "syslog": [f"{servers}.13"]}
    context = net.add(ConfigContext(name=f"{region.name} services", weight=2000, data=data))
    context.locations.set([net.locations[region.name]])

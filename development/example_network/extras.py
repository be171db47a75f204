"""Config contexts and dynamic groups."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from nautobot.dcim.models import Device, Location
from nautobot.extras.models import ConfigContext, ConfigContextSchema, DynamicGroup, Role, Tag

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


def build() -> None:
    """Build config contexts and dynamic groups."""
    schema = ConfigContextSchema(name="Base services", data_schema=_SCHEMA)
    schema.validated_save()
    base = {"ntp": ["192.0.2.123"], "dns": ["192.0.2.53"], "snmp": {"contact": "noc@example.com"}}
    _context("Base services", 1000, base, config_context_schema=schema)
    for region, octet in _HUB_OCTET.items():
        servers = f"10.{octet}.20"
        data = {"dns": [f"{servers}.11"], "ntp": [f"{servers}.12"], "syslog": [f"{servers}.13"]}
        _context(f"{region} services", 2000, data).locations.set([Location.objects.get(name=region)])
    context = _context("Core switches", 3000, {"spanning_tree": {"priority": 4096}})
    context.roles.set([Role.objects.get(name="Core Switch")])
    context = _context("AMS01 data hall", 4000, {"syslog": ["10.16.20.13", "192.0.2.14"]})
    context.locations.set([Location.objects.get(name="AMS01")])
    device = Device.objects.get(name="ams01-core-01")
    device.local_config_context_data = {"mlag": {"domain": "ams01", "peer_link": "Port-Channel1"}}
    device.validated_save()
    Device.objects.get(name="muc01-acc-01").tags.add(Tag.objects.get(name="legacy"))
    for name, wanted in _GROUPS:
        kind = ContentType.objects.get_for_model(Device)
        DynamicGroup(name=name, content_type=kind, filter=wanted).validated_save()


def _context(name: str, weight: int, data: dict[str, object], **fields: object) -> ConfigContext:
    context = ConfigContext(name=name, weight=weight, data=data, **fields)
    context.validated_save()
    return context

"""Links to ask the checks of interfaces about."""

import pytest


class Links:
    """Devices with interfaces, and what joins them."""

    def __init__(self, lab):
        self.lab = lab
        self.kind = lab.device_type("Plain")
        self.devices = {}

    def port(self, device, name="eth1", **values):
        """An interface of the device of that name, which is made when it is first named."""
        if device not in self.devices:
            self.devices[device] = self.lab.device(device, self.kind)
        return self.lab.interface(self.devices[device], name, **{"type": "1000base-t", **values})

    def lag(self, device, name="ae1", **values):
        return self.port(device, name, type="lag", **values)

    def join(self, a, b, status="Connected"):
        return self.lab.cable(a, b, status)

    def over_panel(self, a, b):
        """Join two ports over both sides of a patch panel."""
        from nautobot.dcim.models import FrontPort, RearPort

        panel = self.lab.device("panel", self.kind)
        rear = RearPort(device=panel, name="rear", type="8p8c")
        rear.validated_save()
        front = FrontPort(device=panel, name="front", type="8p8c", rear_port=rear)
        front.validated_save()
        self.join(a, front)
        self.join(rear, b)

    def over_circuit(self, a, b):
        """Join two ports over a circuit."""
        from nautobot.circuits.models import Circuit, CircuitTermination, CircuitType, Provider

        provider, kind = Provider(name="Carrier"), CircuitType(name="Line")
        for item in (provider, kind):
            item.validated_save()
        circuit = Circuit(cid="1", provider=provider, circuit_type=kind, status=self.lab.active)
        circuit.validated_save()
        for side, port in zip("AZ", (a, b), strict=True):
            end = CircuitTermination(circuit=circuit, term_side=side, location=self.lab.site)
            end.validated_save()
            self.join(port, end)

    def bundle(self, near, far, **values):
        """Two LAGs with two members each, joined member by member."""
        lags = [self.lag(device, **values) for device in (near, far)]
        for index in (1, 2):
            ends = [self.port(device, f"eth{index}", lag=lag) for device, lag in zip((near, far), lags, strict=True)]
            self.join(*ends)
        return lags

    def vlan(self, vid, name=None, *tagged, **values):
        """A VLAN without locations, tagged on the interfaces whatever their mode is."""
        from nautobot.ipam.models import VLAN

        vlan = VLAN(vid=vid, name=name or f"VLAN {vid}", status=self.lab.active, **values)
        vlan.validated_save()
        for interface in tagged:
            interface.tagged_vlans.through(interface=interface, vlan=vlan).save()
        return vlan


@pytest.fixture
def links(lab):
    return Links(lab)


@pytest.fixture
def link_findings(ask):
    """A function that asks a check of links: once about interfaces, once about LAGs."""
    return lambda check, user=None, objects=None: ask(check, user, objects, most_queries=2)


@pytest.fixture
def ends_of():
    """Both ends of the links that are told of, each as "device interface", in alphabetical order."""
    return lambda findings: [sorted([finding.display, finding.details.get("far end", "")]) for finding in findings]

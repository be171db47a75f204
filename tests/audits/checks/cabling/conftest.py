"""Ports and cables to ask the checks of cables about."""

import pytest


class Cabling:
    """Devices with ports, and cables between them."""

    def __init__(self, lab):
        self.lab = lab
        self.kind = lab.device_type("Plain")
        self.devices = {}

    def device(self, name, **values):
        if name not in self.devices:
            self.devices[name] = self.lab.device(name, self.kind, **values)
        return self.devices[name]

    def port(self, device, name="eth1", *, location=None, **values):
        """An interface of the device of that name, which is made when it is first named."""
        where = {"location": location} if location else {}
        return self.lab.interface(self.device(device, **where), name, **{"type": "1000base-t", **values})

    def panel(self, name="panel", positions=1, **values):
        """A patch panel: its rear port, and as many front ports as that has positions."""
        from nautobot.dcim.models import FrontPort, RearPort

        device = self.device(name, **values)
        rear = RearPort(device=device, name="rear", type="8p8c", positions=positions)
        rear.validated_save()
        fronts = []
        for position in range(1, positions + 1):
            front = FrontPort(
                device=device, name=f"front {position}", type="8p8c", rear_port=rear, rear_port_position=position
            )
            front.validated_save()
            fronts.append(front)
        return rear, fronts


@pytest.fixture
def cabling(lab):
    return Cabling(lab)


@pytest.fixture
def link(lab, cabling):
    """A cable between eth1 of a and eth1 of b."""
    return lab.cable(cabling.port("a"), cabling.port("b"))


@pytest.fixture
def loose_cables():
    """Skips where cables cannot be loose."""
    from jobs.toolkit.compat import CABLES_MAY_HANG

    if not CABLES_MAY_HANG:
        pytest.skip("cables of this Nautobot always have two ends")


@pytest.fixture
def cable(lab):
    """A function that makes a cable with no ends or with one."""

    def make(port=None, status="Connected", **values):
        from nautobot.dcim.models import Cable

        ends = {"termination_a": port} if port else {}
        cable = Cable(status=lab.status(status), **ends, **values)
        cable.save()
        return cable

    return make

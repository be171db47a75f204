"""What the tests of Jobs that talk to devices share: simulated devices, and records of them with credentials."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `simulated_devices`, which is no test

from simulated_devices import DRIVERS, ENABLE, PASSWORD, Device, Simulator, addresses


class Network:
    """Records of simulated devices, with a secrets group whose secrets are in the environment."""

    def __init__(self, lab, monkeypatch):
        from nautobot.extras.models import Secret, SecretsGroup, SecretsGroupAssociation

        self.lab, self._simulators = lab, []
        self.group = SecretsGroup.objects.create(name="Devices")
        for kind, value in (("username", "robot"), ("password", PASSWORD), ("secret", ENABLE)):
            variable = f"TEST_DEVICE_{kind.upper()}"
            monkeypatch.setenv(variable, value)
            secret = Secret.objects.create(
                name=variable, provider="environment-variable", parameters={"variable": variable}
            )
            SecretsGroupAssociation.objects.create(
                secrets_group=self.group, secret=secret, access_type="Generic", secret_type=kind
            )
        self.device_type = lab.device_type("Switch")
        lab.prefix("127.0.0.0/8")
        self.port = 0

    def add(self, *devices, group=True):
        """Make records of them, and serve them; returns the records."""
        simulator = Simulator(devices, self.port)
        self._simulators.append(simulator)
        simulator.__enter__()
        self.port = simulator.port
        return [self.record(device, group=group) for device in devices]

    def record(self, device, *, group=True, **values):
        """The record of a device that is not served."""
        from nautobot.dcim.models import Platform

        driver = DRIVERS[device.dialect]
        platform, _ = Platform.objects.get_or_create(name=driver, defaults={"network_driver": driver})
        made = self.lab.device(
            device.name,
            self.device_type,
            platform=platform,
            secrets_group=self.group if group else None,
            **values,
        )
        address = self.lab.host(f"{device.address}/32", self.lab.interface(made, "Management"))
        made.primary_ip4 = address
        made.validated_save()
        return made

    def close(self):
        for simulator in self._simulators:
            simulator.__exit__()


@pytest.fixture
def network(lab, monkeypatch):
    made = Network(lab, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def simulated():
    """A function that makes simulated devices: ``simulated(3, dialect="eos")``; each has an address and a name of its own."""
    used = iter(addresses(250))

    def run(number=1, **values):
        values = {"password": PASSWORD, **values}
        made = []
        for _ in range(number):
            address = next(used)
            made.append(Device(address, **{"name": f"sw-{address.rpartition('.')[2]}", **values}))
        return made

    return run

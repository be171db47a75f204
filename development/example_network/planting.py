"""Put the planted defects into the finished network, one function a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from example_network.defects import DEFECTS
from example_network.planting_records import PLANTERS
from nautobot.circuits.models import Circuit, CircuitTermination, CircuitType, Provider
from nautobot.dcim.models import (
    Cable,
    ConsolePort,
    Device,
    FrontPort,
    Interface,
    Location,
    Platform,
    PowerFeed,
    PowerOutlet,
    PowerPanel,
    PowerPort,
    SoftwareVersion,
)
from nautobot.extras.models import Status
from nautobot.ipam.models import VLAN, IPAddress, IPAddressToInterface, Namespace, Prefix


def plant() -> None:
    """Plant all defects; the network has to be complete."""
    for defect in DEFECTS:
        _PLANTERS[defect.kind](defect)


def _status(name: str) -> Status:
    return Status.objects.get(name=name)


def _set(item: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(item, name, value)
    item.validated_save()


def _force(item: Any, **fields: Any) -> None:
    """Write what validation would refuse."""
    type(item).objects.filter(pk=item.pk).update(**fields)


def _address(address: str) -> IPAddress:
    item = IPAddress(address=address, namespace=Namespace.objects.get(name="Global"), status=_status("Active"))
    item.validated_save()
    return item


# -- connections -------------------------------------------------------------------------------------------------


def _console_missing(defect: Any) -> None:
    ConsolePort.objects.get(device=defect.get()).cable.delete()


def _console_planned(defect: Any) -> None:
    _set(ConsolePort.objects.get(device=defect.get()).cable, status=_status("Planned"))


def _console_path_incomplete(defect: Any) -> None:
    near = ConsolePort.objects.get(device=defect.get()).cable.termination_b  # front port of the panel in room B
    FrontPort.objects.get(device__name="sin01-pan-03", name=near.name).cable.delete()


def _power_one_of_two(defect: Any) -> None:
    PowerPort.objects.get(device=defect.get(), name="PSU2").cable.delete()


def _power_planned(defect: Any) -> None:
    _set(PowerPort.objects.get(device=defect.get(), name="PSU1").cable, status=_status("Planned"))


def _power_same_panel(defect: Any) -> None:
    rack = defect.get().rack
    _set(PowerFeed.objects.get(name=f"{rack.name}-B"), power_panel=PowerPanel.objects.get(name="NYC01-PP-A"))


def _power_same_pdu(defect: Any) -> None:
    port = PowerPort.objects.get(device=defect.get(), name="PSU2")
    old = port.cable
    kept = {"type": old.type, "color": old.color, "label": old.label, "status": old.status}
    old.delete()
    outlet = PowerOutlet.objects.get(device__name="sin01-pdu-05", name="Outlet 20")
    port = PowerPort.objects.get(pk=port.pk)  # without the deleted cable
    Cable(termination_a=port, termination_b=outlet, **kept).validated_save()


def _oob_uncabled(defect: Any) -> None:
    cable = Interface.objects.get(device=defect.get(), name="fxp0").cable
    switch_port = cable.termination_b
    cable.delete()
    _set(Interface.objects.get(pk=switch_port.pk), enabled=False)


def _mtu_mismatch(defect: Any) -> None:
    _set(defect.get(), mtu=1500)


def _enabled_uncabled(defect: Any) -> None:
    _set(defect.get(), enabled=True)


# -- primary addresses -------------------------------------------------------------------------------------------


def _primary_missing(defect: Any) -> None:
    _set(defect.get(), primary_ip4=None)


def _primary_missing_no_candidate(defect: Any) -> None:
    defect.get().primary_ip4.delete()


def _primary_other_device(defect: Any) -> None:
    _force(defect.get(), primary_ip4=Device.objects.get(name="tyo01-acc-02").primary_ip4)


def _primary_unassigned(defect: Any) -> None:
    _force(defect.get(), primary_ip4=_address("10.34.10.99/24"))


def _primary_deprecated(defect: Any) -> None:
    _set(defect.get().primary_ip4, status=_status("Deprecated"))


def _primary_wrong_family(defect: Any) -> None:
    device = defect.get()
    address = _address("2001:db8:33::a2/128")
    interface = Interface.objects.get(device=device, name="me0")
    IPAddressToInterface(ip_address=address, interface=interface).validated_save()
    _force(device, primary_ip4=address)


# -- records -----------------------------------------------------------------------------------------------------


def _mask_differs(defect: Any) -> None:
    _set(defect.get(), mask_length=32)


def _serial_duplicate(defect: Any) -> None:
    device = defect.get()
    twin = Device.objects.get(name=f"{device.name[:-1]}1")
    _set(device, serial=twin.serial.lower() if device.name == "lon01-pdu-02" else twin.serial)


def _platform_missing(defect: Any) -> None:
    _set(defect.get(), platform=None)


def _software_end_of_life(defect: Any) -> None:
    platform = Platform.objects.get(name="Arista EOS")
    version = SoftwareVersion(platform=platform, version="4.20.15M", status=_status("End-of-Life"))
    version.validated_save()
    _set(defect.get(), software_version=version)


def _component_missing(defect: Any) -> None:
    Interface.objects.get(device=defect.get(), name="16").delete()


def _vlan_other_site(defect: Any) -> None:
    vlan = VLAN.objects.get(vlan_group__name="NYC01", name="data")
    _force(defect.get(), mode="access", untagged_vlan=vlan)


def _prefix_unused(defect: Any) -> None:
    prefix = Prefix(
        prefix="10.19.250.0/24",
        namespace=Namespace.objects.get(name="Global"),
        status=_status("Active"),
        description="expansion",
    )
    prefix.validated_save()
    prefix.locations.add(Location.objects.get(name="MUC01"))


def _prefix_nearly_full(defect: Any) -> None:
    prefix = defect.get()
    used = {str(host) for host in prefix.ip_addresses.values_list("host", flat=True)}
    for last in range(2, 30):
        if f"10.49.103.{last}" not in used:
            _address(f"10.49.103.{last}/{prefix.prefix_length}")


def _circuit(cid: str) -> Circuit:
    circuit = Circuit(
        cid=cid,
        provider=Provider.objects.get(name="NTT"),
        circuit_type=CircuitType.objects.get(name="Internet"),
        status=_status("Active"),
    )
    circuit.validated_save()
    return circuit


def _circuit_no_termination(defect: Any) -> None:
    _circuit("NTT-PAR01-INET")


def _circuit_uncabled(defect: Any) -> None:
    circuit = _circuit("NTT-LON01-INET")
    location = Location.objects.get(name="LON01")
    CircuitTermination(circuit=circuit, term_side="A", location=location).validated_save()


_PLANTERS: dict[str, Callable[[Any], None]] = {
    "circuit_no_termination": _circuit_no_termination,
    "circuit_uncabled": _circuit_uncabled,
    "component_missing": _component_missing,
    "console_missing": _console_missing,
    "console_path_incomplete": _console_path_incomplete,
    "console_planned": _console_planned,
    "enabled_uncabled": _enabled_uncabled,
    "mask_differs": _mask_differs,
    "mtu_mismatch": _mtu_mismatch,
    "oob_uncabled": _oob_uncabled,
    "platform_missing": _platform_missing,
    "power_one_of_two": _power_one_of_two,
    "power_planned": _power_planned,
    "power_same_panel": _power_same_panel,
    "power_same_pdu": _power_same_pdu,
    "prefix_nearly_full": _prefix_nearly_full,
    "prefix_unused": _prefix_unused,
    "primary_deprecated": _primary_deprecated,
    "primary_missing": _primary_missing,
    "primary_missing_no_candidate": _primary_missing_no_candidate,
    "primary_other_device": _primary_other_device,
    "primary_unassigned": _primary_unassigned,
    "primary_wrong_family": _primary_wrong_family,
    "serial_duplicate": _serial_duplicate,
    "software_end_of_life": _software_end_of_life,
    "vlan_other_site": _vlan_other_site,
    "vm_primary_missing": _primary_missing,
    **PLANTERS,
}

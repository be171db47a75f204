"""Providers, circuits and their terminations. The cables to the routers are in `links`."""

from __future__ import annotations

from datetime import date

from example_network.network import Network
from example_network.sites import SITES, Site
from nautobot.circuits.models import Circuit, CircuitTermination, CircuitType, Provider, ProviderNetwork

_PROVIDERS = {"Lumen": (3356, "LU-4417-22"), "NTT": (2914, "NTT-88310")}
HUBS = tuple(site for site in SITES if site.kind == "hub")
# The ring of backbone circuits: from each hub to the next.
BACKBONE = tuple(zip(HUBS, HUBS[1:] + HUBS[:1], strict=True))


def internet(site: Site) -> list[str]:
    """Circuit IDs of a site's internet access: a hub has both providers, a branch the cheaper one."""
    return {
        "hub": [f"LUM-{site.name}-INET", f"NTT-{site.name}-INET"],
        "office": [f"LUM-{site.name}-INET"],
        "branch": [f"NTT-{site.name}-INET"],
    }[site.kind]


def mpls(site: Site) -> str:
    """Circuit ID of a site's access to the MPLS network."""
    return f"LUM-MPLS-{site.name}"


def backbone(a: Site, z: Site) -> str:
    """Circuit ID of the wavelength between two hubs."""
    return f"NTT-{a.name}-{z.name}"


def build(net: Network) -> None:
    """Build providers, circuits and terminations."""
    for name, (asn, account) in _PROVIDERS.items():
        net.add(Provider(name=name, asn=asn, account=account, portal_url=f"https://{name.lower()}.example.com/"), name)
    lumen = net.get(Provider, "Lumen")
    net.add(ProviderNetwork(name="Lumen IP-VPN", provider=lumen), "Lumen IP-VPN")
    for name in ("Internet", "MPLS", "Wavelength"):
        net.add(CircuitType(name=name), name)
    for site in SITES:
        for cid in internet(site):
            _circuit(net, cid, "Internet", site, 1_000_000 if site.kind == "hub" else 200_000)
            _termination(net, cid, "A", site)
        _circuit(net, mpls(site), "MPLS", site, 500_000 if site.kind == "hub" else 100_000)
        _termination(net, mpls(site), "A", site)
        _termination(net, mpls(site), "Z", None)
    for a, z in BACKBONE:
        cid = backbone(a, z)
        _circuit(net, cid, "Wavelength", a, 10_000_000)
        _termination(net, cid, "A", a)
        _termination(net, cid, "Z", z)


def _circuit(net: Network, cid: str, type: str, site: Site, commit_rate: int) -> None:
    circuit = Circuit(
        cid=cid,
        provider=net.get(Provider, "Lumen" if cid.startswith("LUM") else "NTT"),
        circuit_type=net.get(CircuitType, type),
        status=net.live(site, planned="Provisioning"),
        commit_rate=commit_rate,
        install_date=None if site.planned else date(2023, 5, site.octet % 28 + 1),
    )
    net.add(circuit, cid)


def _termination(net: Network, cid: str, side: str, site: Site | None) -> None:
    """The end of a circuit at a site, or without a site in the provider's network."""
    circuit = net.get(Circuit, cid)
    termination = CircuitTermination(
        circuit=circuit,
        term_side=side,
        location=net.locations[site.name] if site else None,
        provider_network=None if site else net.get(ProviderNetwork, "Lumen IP-VPN"),
        port_speed=circuit.commit_rate if site else None,
    )
    net.add(termination, cid, side)

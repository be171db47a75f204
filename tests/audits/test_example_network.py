"""On the example network each check finds what is planted for it, and nothing else: all planted defects of its kinds, and no trap."""

import sys
from collections import defaultdict

import pytest
from nautobot.extras.registry import registry

from jobs.toolkit.checks import Context
from jobs.toolkit.scope import Scope
from jobs.toolkit.selection import AuditMixin

AUDITS = [job for path, job in registry["jobs"].items() if path.startswith("jobs.") and issubclass(job, AuditMixin)]
CHECKS = {check.id: check for job in AUDITS for check in sys.modules[job.__module__].CHECKS}

# What is planted is told in development/example_network/README.md.
EXPECTED = {
    "CIRCUITS-CIRCUIT-001": ["NTT NTT-PAR01-INET"],
    "CIRCUITS-CIRCUIT-002": ["NTT NTT-LON01-INET"],
    "DCIM-CABLE-010": ["par01-acc-01 GigabitEthernet1/0/40"],
    "DCIM-CABLE-011": ["sin01-srv-01 Gig-E 1"],
    "DCIM-COMPONENT-001": ["mex01-acc-01"],
    "DCIM-CONSOLE-001": ["nyc01-core-02", "par01-acc-02", "sin01-acc-03"],
    "DCIM-CONTROLLER-001": ["ams01-wlc-01"],
    "DCIM-DEVICE-005": ["lon01-pdu-01", "lon01-pdu-02", "tyo01-acc-01", "tyo01-acc-02"],
    "DCIM-DEVICE-007": ["muc01-con-01"],
    "DCIM-IFACE-003": ["ams01-srv-02 Gig-E 1", "nyc01-srv-02 Gig-E 1"],
    "DCIM-LINK-001": ["nyc01-core-01 Ethernet49/1"],
    "DCIM-OOB-001": ["sin01-wan-02"],
    "DCIM-POWER-002": ["sin01-core-01", "tyo01-core-01"],
    "DCIM-POWER-003": ["sin01-srv-03"],
    "DCIM-POWER-004": ["nyc01-acc-03", "nyc01-srv-03"],
    "DCIM-POWER-012": ["AMS01-A02"],
    "DCIM-PRIMARY-001": ["lon01-acc-02", "par01-pdu-02"],
    "DCIM-PRIMARY-002": ["tyo01-acc-01"],
    "DCIM-PRIMARY-003": ["mex01-acc-01"],
    "DCIM-PRIMARY-004": ["den01-acc-02"],
    "DCIM-PRIMARY-005": ["nyc01-fw-02"],
    "DCIM-RACK-002": ["den01-pan-01"],
    "DCIM-SOFTWARE-003": ["sin01-core-02"],
    "EXTRAS-CONTEXT-006": ["Time for Cisco"],
    "EXTRAS-CONTEXT-007": ["Time for firewalls"],
    "EXTRAS-INTEGRATION-001": ["Billing"],
    "EXTRAS-QUEUE-001": ["default"],  # no worker runs beside tests
    "EXTRAS-SECRETSGROUP-001": ["Core switches"],
    "EXTRAS-TAG-001": ["campaign-2023"],
    "IPAM-ADDRESS-001": ["10.18.10.11/32"],
    "IPAM-ADDRESS-007": ["10.32.20.11/24"],
    "IPAM-PREFIX-001": ["10.19.250.0/24"],
    "IPAM-PREFIX-002": ["10.49.103.0/27"],
    "IPAM-VLAN-001": ["den01-acc-01 ge-0/0/20"],
    "IPAM-VLAN-002": ["data (101)", "old-data (101)"],
    "IPAM-VLAN-005": ["old-data (101)"],
    "IPAM-VRF-001": ["laboratory"],
    "VIRTUALIZATION-VM-003": ["nyc01-vm-mon-01"],
}


@pytest.mark.usefixtures("sample_data")
def test_each_check_finds_what_is_planted_and_nothing_else(superuser):
    context = Context(superuser)
    scope = Scope(superuser, everything=True, default_statuses=("Active",))
    found = defaultdict(list)
    for check in (kind() for kind in CHECKS.values()):
        if not check.idle():
            for finding in check.find(scope.of(check.model, any_status=check.any_status), context):
                # A link is told at one of its ends, whichever has the lower key.
                ends = (finding.display, finding.details.get("far end", "")) if "-LINK-" in check.id else ()
                found[check.id].append(min(ends, default=finding.display))
    assert {check: sorted(names) for check, names in found.items()} == EXPECTED

"""VIRTUALIZATION-VM-006: which virtual machines are recorded twice."""

from jobs.audits.checks.virtualization import MachineDuplicate


def test_two_clusters(lab, ask):
    lab.machine("vm", cluster="one")
    lab.machine(" VM", cluster="two")
    findings = {finding.details["cluster"]: finding for finding in ask(MachineDuplicate())}
    assert set(findings) == {"one", "two"}
    assert findings["one"].details["also in"] == "two"


def test_same_tenant(lab, found):
    for cluster in ("one", "two"):
        lab.machine("vm", cluster=cluster, tenant=lab.tenant("Retail"))
    assert found(MachineDuplicate()) == ["vm", "vm"]


def test_other_tenants(lab, found):
    lab.machine("vm", cluster="one", tenant=lab.tenant("Retail"))
    lab.machine("vm", cluster="two", tenant=lab.tenant("Research"))
    lab.machine("vm", cluster="three")
    assert found(MachineDuplicate()) == []


def test_other_names(lab, found):
    lab.machine("vm-1", cluster="one")
    lab.machine("vm-2", cluster="two")
    assert found(MachineDuplicate()) == []


def test_standby_copy(lab, found):
    lab.machine("vm", cluster="one")
    lab.machine("vm", cluster="two", status="Offline")
    assert found(MachineDuplicate()) == []


def test_clusters_that_the_user_may_not_view_are_not_named(lab, ask, make_user):
    lab.machine("vm", cluster="one")
    lab.machine("vm", cluster="two")
    user = make_user("limited", {"virtualization.view_virtualmachine": None})
    assert all(finding.details == {} for finding in ask(MachineDuplicate(), user))

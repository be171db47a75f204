"""EXTRAS-CONTEXT-002: which virtual machines lack a required key."""

from jobs.audits.checks.config_contexts import RequiredMachineKeys

DNS = RequiredMachineKeys(required=("dns",))


def test_off_unless_something_is_required():
    assert RequiredMachineKeys().idle()


def test_no_context(ask, machine):
    (finding,) = ask(DNS, most_queries=3)
    assert (finding.model, finding.pk, finding.key) == ("virtualization.virtualmachine", str(machine.pk), "dns")


def test_location_of_the_cluster(found, lab, make_context, machine):
    make_context("dns", {"dns": 1}, locations=[lab.region])
    assert found(DNS, most_queries=3) == []


def test_cluster(found, make_context, machine):
    make_context("dns", {"dns": 1}, clusters=[machine.cluster])
    assert found(DNS, most_queries=3) == []


def test_contexts_for_device_types_are_not_for_machines(found, make_context, switch, machine):
    make_context("dns", {"dns": 1}, device_types=[switch.device_type])
    assert found(DNS, most_queries=3) == ["machine"]


def test_local_context(found, lab, machine):
    lab.force(machine, local_config_context_data={"dns": []})
    assert found(DNS, most_queries=3) == []

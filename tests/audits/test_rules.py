"""The checks as data compliance rules: as Nautobot finds them in a Git repository that provides them, and what they write."""

import pytest
from nautobot.extras.models import GitRepository


@pytest.fixture
def validation(db):
    """Nautobot's module; before 3.0 there is none, and a repository cannot provide rules."""
    return pytest.importorskip("nautobot.data_validation.custom_validators", reason="Nautobot 3.0 or newer")


@pytest.fixture
def rules(validation, synced_repository):
    """The rules by name, as Nautobot loads them."""
    synced_repository(slug="with_rules")
    repository = GitRepository.objects.get(slug="with_rules")
    repository.provided_contents = ["extras.job", "data_validation.data_compliance_rule"]
    found = validation.get_data_compliance_classes_from_git_repo(repository, ignore_import_errors=False)
    return {rule(None).name: rule for rule in found}


def test_each_check_without_policy_is_a_rule(rules):
    from jobs.audits.scorecard import CHECKS

    assert set(rules) == {check.id for check in CHECKS if not check().idle()}
    assert {rules[check.id].model for check in CHECKS if check.id in rules} <= {check.model for check in CHECKS}


def test_a_rule_writes_what_the_check_finds(rules, lab):
    from nautobot.data_validation.models import DataCompliance

    device = lab.device("switch", lab.device_type("Switch", console=1))
    rule = rules["DCIM-CONSOLE-001"]
    rule(device).clean()
    records = {
        record.validated_attribute: record
        for record in DataCompliance.objects.filter(compliance_class_name="DCIM-CONSOLE-001", object_id=device.pk)
    }
    assert "console" in records["id"].message
    assert {record.valid for record in records.values()} == {False}

    lab.cable(device.console_ports.get(), lab.console_server().console_server_ports.first())
    rule(device).clean()
    assert {
        record.valid
        for record in DataCompliance.objects.filter(compliance_class_name="DCIM-CONSOLE-001", object_id=device.pk)
    } == {True}


def test_a_rule_leaves_alone_what_an_audit_would(rules, lab):
    from nautobot.data_validation.models import DataCompliance

    device = lab.device("planned", lab.device_type("Switch", console=1), status=lab.status("Planned"))
    rules["DCIM-CONSOLE-001"](device).clean()
    assert {record.valid for record in DataCompliance.objects.filter(object_id=device.pk)} == {True}

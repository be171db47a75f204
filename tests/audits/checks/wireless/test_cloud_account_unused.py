"""CLOUD-ACCOUNT-001: which cloud accounts have nothing in them."""

from jobs.audits.checks.wireless import CloudAccountUnused


def test_with_and_without_a_network(lab, found, make, cloud):
    account = make("cloud.cloudaccount", name="prod", account_number="1", provider=lab.manufacturer)
    assert found(CloudAccountUnused()) == ["prod"]
    make("cloud.cloudnetwork", name="vpc", cloud_account=account, cloud_resource_type=cloud)
    assert found(CloudAccountUnused()) == []

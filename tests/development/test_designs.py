"""The designs of the example network, in a database without it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "development"))

from example_network.deploying import Deployment, DeploymentError, deploy, deployments, designer
from nautobot.extras.models import FileProxy, JobResult


def test_deployed_again_nothing_changes(db):
    """All that is deployed without a hub, one site of each other kind, in an empty database: the second time is empty."""
    chosen = [each for each in deployments() if each.inputs.get("site", "MUC01") in ("MUC01", "LON01")]
    chosen = [each for each in chosen if each.design != "backbone"]
    assert [each.design for each in chosen] == ["organization", "hardware", "site", "office", "site", "branch"]
    with designer() as user:
        assert all(deploy(each, user)["applied"] for each in chosen)
        again = [deploy(each, user) for each in chosen]
    assert [result["changes"] for result in again] == [0] * len(chosen)
    assert sum(result["unchanged"] for result in again) > 1000
    assert not JobResult.objects.exists()
    assert not FileProxy.objects.exists()


def test_a_design_that_cannot_be_deployed(db):
    with designer() as user, pytest.raises(DeploymentError, match='there is no location "EMEA"'):
        deploy(Deployment("A site", "site", deployments()[2].inputs), user)

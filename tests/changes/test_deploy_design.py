"""Designs, deployed: what they create, correct and leave alone."""

import pytest
from nautobot.dcim.models import Device, Location

from jobs.changes.deploy_design import DeployDesign


@pytest.fixture
def deploy(run_job, upload):
    """A function that deploys a design: ``deploy("objects: …", user=None, dryrun=False, site="AMS01")``."""

    def run(text, *, user=None, dryrun=False, **inputs):
        values = {"design_file": upload("design.yml", text), "inputs": inputs, "dryrun": dryrun}
        return run_job(DeployDesign, values, user=user)

    return run


BRANCH = {"location_name": "AMS02", "switch_count": 2, "switch_model": "Switch"}


def test_new_branch(run_job, lab, comes_back):
    lab.device_type("Switch", interfaces=2)
    with comes_back() as applied:
        run = applied.run = run_job(DeployDesign, {"design": "new_branch", "inputs": BRANCH, "dryrun": False})
        assert run.status == "SUCCESS", run.messages()
        assert run.result["changes"] == 5
        assert Location.objects.get(name="AMS02").status.name == "Planned"
        assert sorted(Device.objects.values_list("name", flat=True)) == ["AMS02-switch1", "AMS02-switch2"]
        assert Device.objects.first().interfaces.count() == 2
        again = run_job(DeployDesign, {"design": "new_branch", "inputs": BRANCH, "dryrun": False})
        assert (again.result["changes"], again.result["unchanged"]) == (0, 5)

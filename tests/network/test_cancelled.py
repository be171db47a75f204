"""A run over devices in a real Celery worker that is cancelled by Nautobot's own means: what was attached by then is left."""

import json
import zipfile

import pytest
from django.contrib.auth import get_user_model
from nautobot.dcim.models import Device, Interface, Platform
from nautobot.extras.models import Job, Secret, SecretsGroup, SecretsGroupAssociation, Status
from nautobot.ipam.models import IPAddress, Namespace, Prefix
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until
from simulated_devices import PASSWORD, Simulator
from simulated_devices import Device as Simulated

cancelling = pytest.importorskip("nautobot.extras.jobs_cancel", reason="no Job can be cancelled before Nautobot 3.2")
pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def instance(in_jobs_root, monkeypatch):
    """Its copy of the code attaches the answers of each device at once, as a long run does every few minutes."""
    monkeypatch.setenv("TEST_CANCELLED_USERNAME", "robot")
    monkeypatch.setenv("TEST_CANCELLED_PASSWORD", PASSWORD)
    instance = in_jobs_root("RunShowCommands")
    module = instance.root / "jobs" / "here" / "toolkit" / "output_archive.py"
    code = module.read_text(encoding="utf-8")
    assert "\nPART_SECONDS = " in code
    module.write_text(code.replace("\nPART_SECONDS = ", "\nPART_SECONDS = 0 * "), encoding="utf-8")
    instance.start_worker(concurrency=1)
    instance.wait_for_worker()
    return instance


@pytest.fixture
def group(instance):
    group = SecretsGroup.objects.create(name="Cancelled")
    for kind in ("username", "password"):
        parameters = {"variable": f"TEST_CANCELLED_{kind.upper()}"}
        secret = Secret.objects.create(name=f"cancelled {kind}", provider="environment-variable", parameters=parameters)
        SecretsGroupAssociation.objects.create(
            secrets_group=group, secret=secret, access_type="Generic", secret_type=kind
        )
    return group


def address(record, text, group):
    """Give a device of the sample data the address, platform and credentials of a simulated one."""
    active, namespace = Status.objects.get(name="Active"), Namespace.objects.get(name="Global")
    if not Prefix.objects.filter(prefix="127.0.0.0/8").exists():
        Prefix(prefix="127.0.0.0/8", namespace=namespace, status=active).validated_save()
    port = Interface(device=record, name="simulated", type="virtual", status=active)
    port.validated_save()
    host = IPAddress(address=f"{text}/32", namespace=namespace, status=active)
    host.validated_save()
    port.ip_addresses.add(host)
    record.platform, _ = Platform.objects.get_or_create(name="simulated", defaults={"network_driver": "cisco_ios"})
    record.secrets_group, record.primary_ip4, record.software_version = group, host, None
    record.validated_save()


def test_what_was_attached_is_left(instance, group):
    simulated = [
        Simulated("127.1.9.1", name="fine", password=PASSWORD),
        Simulated("127.1.9.2", name="hanging", password=PASSWORD, misbehaves="hang"),
    ]
    records = list(Device.objects.exclude(name=None).order_by("name")[:2])
    for record, device in zip(records, simulated, strict=True):
        address(record, device.address, group)
    with Simulator(simulated) as simulator:
        inputs = {
            "platforms": [str(records[0].platform_id)],
            "commands": "show version",
            "port": simulator.port,
            "device_seconds": 600,
        }
        user = get_user_model().objects.get(pk=instance.ensure_admin().pk)
        run = enqueue_job(Job.objects.get(job_class_name="RunShowCommands"), user, inputs)
        wait_until(run.files.exists, timeout=120, what="The answer of a device", alive=instance.worker.ensure_alive)

        processes = instance.worker.process().children()
        cancelling.CeleryStrategy().perform_termination(run, user)
        wait_until(lambda: not any(each.is_running() for each in processes), timeout=60, what="The end of the run")

    run.refresh_from_db()
    assert run.status == "REVOKED"
    assert [file.name for file in run.files.all()] == ["show.zip"]
    with run.files.get().file.open("rb") as file, zipfile.ZipFile(file) as archive:
        [record] = json.loads(archive.read("results.json"))
        assert (record["device"], record["cause"]) == (records[0].name, "")
        assert len(archive.namelist()) == 3

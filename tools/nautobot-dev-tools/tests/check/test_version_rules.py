"""JOB7xx: what newer versions of Nautobot take away."""

from .marked import assert_marked

IMPORTS = """
from django.db.models import F, Q
from nautobot.circuits.models import Circuit, CircuitTermination
from nautobot.dcim.models import Cable, Device, Interface, Location
from nautobot.extras.models import Job, JobResult, ScheduledJob
"""


def test_removed_cable_fields():
    assert_marked(
        "JOB701",
        IMPORTS
        + """
def go(unknown, device):
    Q(cable=None)  # <-
    Q(cable__status__name="x")  # <-
    F("cable")  # <-
    Interface.objects.filter(~Q(cable__isnull=True))  # <-
    Interface.objects.order_by("cable")  # <-
    Interface.objects.order_by("name", "-cable__label")  # <-
    Interface.objects.filter(name="x").values_list("pk", "cable")  # <-
    Interface.objects.update(cable=None)  # <-
    Interface.objects.prefetch_related("cable")  # <-
    Device.objects.filter(interfaces__cable__isnull=False)  # <-
    Circuit.objects.filter(circuit_termination_a__cable=None)  # <-
    Cable.objects.filter(termination_a_id__in=[1])  # <-
    Cable.objects.order_by("termination_a_id")  # <-
    Cable.objects.filter(Q(termination_b_type=1))  # <-
    ports = Interface.objects.all()
    ports.order_by("cable")  # <-

    Interface.objects.filter(cable=None)
    Interface.objects.select_related("cable")
    Interface.objects.order_by("name").values("cable_count")
    Interface.objects.annotate(cable="x")
    Cable.objects.filter(termination_a_id=1)
    Cable.objects.order_by("label")
    Location.objects.order_by("cable")
    Location.objects.filter(Q(cable=None))
    unknown.order_by("cable")
    unknown.values("cable")
    dict(cable=None).values()
    device.cable.label
    Q(cabling=None)
    Q(name="cable")
    unknown("cable")
""",
    )


def test_a_module_without_devices_may_have_cables_of_its_own():
    text = """
from django.db.models import Q
from ships.models import Anchor


def go():
    return Anchor.objects.filter(Q(cable=None)).order_by("cable")
"""
    assert_marked("JOB701", text)
    assert_marked("JOB702", text)


def test_a_module_that_knows_both_models_is_left_alone():
    text = (
        IMPORTS
        + """
NEW = True


def go():
    if NEW:
        return Interface.objects.filter(Q(cable_termination=None))
    Interface.objects.filter(cable=None)
    return Interface.objects.filter(Q(cable=None))
"""
    )
    assert_marked("JOB701", text)
    assert_marked("JOB702", text)


def test_deprecated_lookups():
    assert_marked(
        "JOB702",
        IMPORTS
        + """
def go(unknown, port):
    Interface.objects.filter(cable=None)  # <-
    Interface.objects.exclude(cable__status__name="x")  # <-
    Interface.objects.select_related("device", "cable")  # <-
    CircuitTermination.objects.get(cable_id=1)  # <-
    Cable.objects.filter(termination_a_id=1, termination_b_id=2)  # <-
    Cable.objects.get_or_create(termination_a_type_id=1)  # <-

    Cable.objects.filter(label="x")
    Cable.objects.create(termination_a=port, termination_b=port)
    Location.objects.filter(cable=None)
    unknown.filter(cable=None)
    Interface.objects.filter(name="cable")
    Interface.objects.filter(cable_type="x")
""",
    )


def test_versions_that_the_repository_is_for():
    breaks = IMPORTS + "\n\nQ(cable=None)\nQ(_path__is_active=True)\n"
    old = {"nautobot": ["2.4.35", "3.1.8"]}
    both = {"nautobot": ["2.4.35", "3.2.7"]}
    assert_marked("JOB701", breaks, old)
    assert_marked("JOB704", breaks, old)
    assert_marked("JOB701", breaks.replace("None)", "None)  # <-"), both)
    assert_marked("JOB704", breaks.replace("True)", "True)  # <-"), both)
    works = IMPORTS + "\n\nInterface.objects.filter(cable=None)\nJobResult.enqueue_job(1, 2, x=3)\n"
    for silent in (old, both):
        assert_marked("JOB702", works, silent)
        assert_marked("JOB706", works, silent)
    for loud in ({"nautobot": ["3.2.0"]}, {"nautobot": ["nonsense", 3]}, {"nautobot": "3.2"}):
        assert_marked("JOB702", works.replace("None)", "None)  # <-"), loud)
        assert_marked("JOB706", works.replace("x=3)", "x=3)  # <-"), loud)


def test_assigned_cables():
    assert_marked(
        "JOB703",
        IMPORTS
        + """
def go(pk, cable, unknown):
    port = Interface.objects.get(pk=pk)
    port.cable = cable  # <-
    port.cable = None
    port.label = cable
    unknown.cable = cable
    for each in Interface.objects.all():
        each.cable = cable  # <-
    device = Device.objects.get(pk=pk)
    device.cable = cable


class Plan:
    def __init__(self, cable):
        self.cable = cable
""",
    )


def test_removed_paths():
    assert_marked(
        "JOB704",
        IMPORTS
        + """
def go(port, queryset, pathlib):
    Interface.objects.filter(_path__is_active=True)  # <-
    queryset.order_by("_path__destination_id")  # <-
    queryset.select_related("_path")  # <-
    Device.objects.filter(interfaces___path__isnull=False)  # <-
    Q(_cable_peer_type=1)  # <-
    port._cable_peer  # <-

    pathlib._path
    queryset.filter(file_path="x", _path_length=3)
    queryset.order_by("my_path")
    pathlib.join("_path")
    port.get_cable_peer()


class Own:
    def __init__(self):
        self._cable_peer = None
""",
    )
    assert_marked("JOB704", IMPORTS + 'A = "cable_paths"\n\n\ndef go():\n    return Q(_path__is_active=True)\n')


def test_starting_jobs():
    text = {
        "jobs/example.py": IMPORTS
        + """
from nautobot.extras.jobs import enqueue_job_hooks


def go(job, user, options, unknown, change):
    JobResult.enqueue_job(job, user)  # <-
    JobResult.enqueue_job(job_model=job, user=user, profile=True)  # <-
    JobResult.execute_job(job, user)  # <-
    ScheduledJob.create_schedule(job, user, name="x", crontab="1 * * * *")  # <-
    JobResult.enqueue_job(job, user, **options)
    JobResult.enqueue_job(*options)
    unknown.enqueue_job(job, user)
    enqueue_job_hooks(change)
""",
        "tests/test_it.py": """
from nautobot.apps.testing import run_job_for_testing


def test(job):
    run_job_for_testing(job)  # <-
    run_job_for_testing(job, username="x")  # <-
""",
        "tests/test_both.py": """
from nautobot.apps.testing import run_job_for_testing


def test(job, new):
    return run_job_for_testing(job, job_kwargs={}) if new else run_job_for_testing(job)
""",
    }
    assert_marked("JOB705", text)
    assert_marked("JOB706", {path: each.replace("  # <-", "") for path, each in text.items()})


def test_arguments_for_a_job():
    text = """
from nautobot.apps.testing import run_job_for_testing


def test(job):
    run_job_for_testing(job, username="x", location=1)  # <-
"""
    assert_marked("JOB706", {"tests/test_it.py": text})
    assert_marked("JOB705", {"tests/test_it.py": text.replace("  # <-", "")})


def test_fields_of_which_there_may_be_several():
    text = (
        IMPORTS
        + """
from nautobot.apps.jobs import ObjectVar, Job as BaseJob
from nautobot.ipam.models import Prefix, VLAN


def go(pk, unknown):
    for prefix in Prefix.objects.all():
        prefix.location  # <-
        prefix.namespace
    vlan = VLAN.objects.get(pk=pk)
    vlan.location = None  # <-
    device = Device.objects.get(pk=pk)
    device.cluster  # <-
    device.location
    VLAN.objects.order_by("-location__name")  # <-
    Prefix.objects.select_related("location")  # <-
    Prefix.objects.filter(Q(location=pk))  # <-
    Device.objects.values_list("name", "cluster")  # <-

    Prefix.objects.filter(location=pk)
    Device.objects.order_by("location")
    Device.objects.filter(Q(location=pk))
    unknown.location
    unknown.order_by("location")
    Location.objects.order_by("cluster")


class Example(BaseJob):
    prefix = ObjectVar(model=Prefix)

    def run(self, *, prefix):
        return prefix.location  # <-
"""
    )
    assert_marked("JOB707", text)

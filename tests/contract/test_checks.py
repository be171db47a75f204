"""The rules of the house for every check: documented, tested, and of constant cost."""

import re
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from nautobot.extras.registry import registry

from jobs.toolkit.access import visible
from jobs.toolkit.checks import Context, Parameter
from jobs.toolkit.selection import AuditMixin

ROOT = Path(__file__).parents[2]
MOST_QUERIES = 5
AUDITS = [job for path, job in registry["jobs"].items() if path.startswith("jobs.") and issubclass(job, AuditMixin)]
CHECKS = sorted({check for job in AUDITS for check in sys.modules[job.__module__].CHECKS}, key=lambda check: check.id)
# Models that no supported Nautobot older than the newest has to have.
KINDS = (bool, int, float, str, tuple, list, dict, type(None))

each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_there_are_many():
    assert len(CHECKS) >= 70


def test_ids_are_unique_and_every_check_is_in_use():
    ids = [check.id for check in CHECKS]
    assert len(ids) == len(set(ids))
    files = {
        path.relative_to(ROOT).with_suffix("")
        for path in (ROOT / "jobs/audits/checks").rglob("*.py")
        if not path.name.startswith("_")
    }
    assert {str(path).replace("/", ".") for path in files} == {check.__module__ for check in CHECKS}


@each_check
def test_is_documented(check):
    assert re.fullmatch(r"[A-Z]+(-[A-Z]+)-\d{3}", check.id)
    for text in (check.title, check.description, check.remedy, check.bad, check.good, check.since, check.__doc__):
        assert text.strip()
    assert not check.title.endswith(".")
    for text in (check.description, check.remedy, check.bad, check.good):
        assert text.endswith(".")
    assert sys.modules[check.__module__].__doc__.startswith(f"{check.id}: ")
    for name, parameter in check.parameters.items():
        assert isinstance(parameter, Parameter), name
        assert parameter.description.endswith("."), name
        assert isinstance(parameter.default, KINDS), name


@each_check
def test_has_tests(check):
    *folders, module = check.__module__.split(".")[1:]
    assert ROOT.joinpath("tests", *folders, f"test_{module}.py").is_file()


@each_check
@pytest.mark.usefixtures("sample_data")
def test_costs_the_same_for_ten_objects_and_for_a_hundred(check, superuser):
    one = check(**check.policy)
    try:
        model = apps.get_model(check.model)
    except LookupError:
        assert check.model.partition(".")[0] in {"cloud", "load_balancers", "vpn", "wireless", "ipam"}
        assert "Nautobot" in one.idle()
        return
    if one.idle():
        assert "Nautobot" in one.idle(), "give the check a policy to be tried with"
        return
    context = Context(superuser)
    assert context.location_names is not None
    superuser.get_all_permissions()
    keys = list(visible(superuser, model).order_by("pk").values_list("pk", flat=True)[:100])
    list(one.find(visible(superuser, model).filter(pk__in=keys[:1]), context))  # content types are asked for once
    counts = []
    for number in (10, 100):
        with CaptureQueriesContext(connection) as queries:
            list(one.find(visible(superuser, model).filter(pk__in=keys[:number]), context))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES

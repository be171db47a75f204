"""What is kept of the measurement of the Jobs: all Jobs, on all networks, and the page that shows it."""

import importlib.util
import json
from pathlib import Path

import pytest
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises
from nautobot_dev_tools.project import Project

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
JOBS = {path for path in registry["jobs"] if path.startswith("jobs.")}


@pytest.fixture(scope="module")
def kept():
    return json.loads((RESULTS / "jobs.json").read_text())


@pytest.fixture(scope="module")
def performance():
    spec = importlib.util.spec_from_file_location("performance", ROOT / "docs" / "performance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_job_can_run_on_a_network_of_any_size():
    assert JOBS - set(exercises.fitting(exercises.load(Project.find(ROOT)))) == set()


def test_every_job_is_measured_at_1000_and_10000_devices(kept):
    """After a new Job: `uv run invoke bench --only jobs --keep`."""
    for devices in (1_000, 10_000):
        measured = {row["job"] for row in kept["results"] if row["devices"] == devices}
        assert JOBS - measured == set()
        # Jobs that this Nautobot is too old for.
        assert {path for path in measured - JOBS if not source(path).is_file()} == set()


def source(path):
    return (ROOT / path.rsplit(".", 1)[0].replace(".", "/")).with_suffix(".py")


def test_no_problem_is_kept(kept):
    for row in kept["results"]:
        assert row["problems"] == []
        assert len(row["seconds"]) >= 3
        assert row["own_queries"] > 0


def test_the_page_shows_each_job_and_what_it_was_measured_on(performance, kept):
    page = performance.page()

    for row in kept["results"]:
        assert f"| `{row['job'].removeprefix('jobs.')}`, {row['mode']} |" in page
    assert kept["environment"]["date"] in page
    for name in performance.SECTIONS:
        assert f"`uv run invoke bench --only {name}`" in page


def test_a_benchmark_without_a_result_is_told(performance, tmp_path):
    with pytest.raises(SystemExit, match="invoke bench --only jobs --keep"):
        performance.page(tmp_path)


@pytest.mark.parametrize(("values", "expected"), [([60, 60], "60"), ([1000, 12345], "1,000 / 12,345"), ([7], "7")])
def test_figures_across_sizes(performance, values, expected):
    assert performance.across(values) == expected

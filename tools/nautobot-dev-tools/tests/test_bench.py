"""Measuring every Job: which runs there are, what of them is kept, and what counts as more than before."""

import pytest
from nautobot.extras.models import Job, JobQueue
from nautobot_dev_tools import bench, run
from nautobot_dev_tools.exercises import Exercise, fitting

KINDS = {
    "Reads": {"read_only": True, "supports_dryrun": False},
    "Tries": {"read_only": False, "supports_dryrun": True},
    "Writes": {"read_only": False, "supports_dryrun": False},
    "Hook": {"read_only": False, "supports_dryrun": False},
    "Button": {"read_only": False, "supports_dryrun": False},
    "Forgotten": {"read_only": True, "supports_dryrun": False},
}


@pytest.fixture
def jobs(db, project, monkeypatch):
    """Records of a Job of each kind, and one of another repository."""
    for slug, name in [*((project.slug, name) for name in KINDS), ("other", "Reads")]:
        Job.objects.create(
            module_name=f"{slug}.jobs.a",
            job_class_name=name,
            name=f"{slug} {name}",
            grouping="x",
            default_job_queue=JobQueue.objects.first(),
            installed=True,
        )
    monkeypatch.setattr(run, "load_job_class", lambda model: type("Kind", (), KINDS[model.job_class_name]))


def exercise(project, name, **fields):
    return Exercise(f"jobs.a.{name}", "x", project.root, rehearse=True, **fields)


@pytest.mark.usefixtures("jobs")
def test_every_job_is_run_in_all_its_ways_and_none_is_forgotten(project):
    declared = [
        exercise(project, "Tries", inputs={"note": "x", "dryrun": True}),
        exercise(project, "Reads"),
        exercise(project, "Writes"),
        exercise(project, "Hook", hook={"dcim.device": {}}),
        exercise(project, "Button", button={"dcim.device": {}}),
    ]

    runs = list(bench.plan(project, declared))

    assert [(one.job, one.mode) for one in runs] == [
        ("jobs.a.Button", bench.READS),
        ("jobs.a.Forgotten", ""),
        ("jobs.a.Reads", bench.READS),
        ("jobs.a.Tries", bench.DRY),
        ("jobs.a.Hook", bench.WRITES),
        ("jobs.a.Tries", bench.WRITES),
        ("jobs.a.Writes", bench.WRITES),
    ]
    assert [one.exercise.inputs for one in runs if one.job == "jobs.a.Tries"] == [
        {"note": "x", "dryrun": True},
        {"note": "x", "dryrun": False},
    ]


def test_the_first_exercise_that_fits_anybodys_data(project):
    declared = [
        Exercise("jobs.a.X", "of this network only", project.root),
        exercise(project, "X", inputs={"number": 1}),
        exercise(project, "X", inputs={"number": 2}),
    ]

    assert fitting(declared) == {"jobs.a.X": declared[1]}


def test_what_is_counted_in_the_sample_data_is_not_expected_elsewhere(project):
    declared = [exercise(project, "X", expect={"findings": 2, "changes": 1, "files": ["report.html"]})]

    assert fitting(declared)["jobs.a.X"].expect == {"files": ["report.html"]}


def result(**fields):
    numbers = {"seconds": 1.23456, "own_queries": 40, "log_lines": 3, "peak_memory_mb": 5.0, "file_bytes": 100}
    return {"status": "success", "unexpected": [], **numbers, **fields}


def test_a_row_has_all_times_and_the_fewest_queries(project):
    one = bench.Run("jobs.a.X", bench.READS, exercise(project, "X"))
    results = [result(own_queries=42, seconds=2.0), result(), result(peak_memory_mb=None)]

    row = bench.summary(one, 1000, results)

    assert (row["job"], row["mode"], row["devices"], row["status"]) == ("jobs.a.X", bench.READS, 1000, "success")
    assert (row["own_queries"], row["seconds"], row["peak_memory_mb"]) == (40, [2.0, 1.235, 1.235], [5.0, 5.0])
    assert (row["log_rows"], row["file_bytes"], row["problems"]) == (3, 100, [])


def test_what_did_not_end_as_declared_is_a_problem(project):
    one = bench.Run("jobs.a.X", bench.READS, exercise(project, "X"))
    bad = result(status="failure", unexpected=["status failure instead of success"])

    assert bench.summary(one, 1000, [result(), bad, bad])["problems"] == ["status failure instead of success"]


def test_a_job_that_was_not_run_is_a_problem(project):
    never = bench.summary(bench.Run("jobs.a.X", "", None), 1000, [])
    refused = result(status="not run", unexpected=["number: enter a number"], seconds=None, own_queries=None)
    row = bench.summary(bench.Run("jobs.a.X", bench.READS, exercise(project, "X")), 1000, [refused])

    assert (never["status"], never["seconds"], never["own_queries"]) == ("not run", [], None)
    assert "rehearse: true" in never["problems"][0]
    assert (row["status"], row["seconds"], row["problems"]) == ("not run", [], ["number: enter a number"])


def row(**fields):
    numbers = {"seconds": [1.0, 1.1, 1.2], "own_queries": 40, "peak_memory_mb": [20.0, 21.0]}
    return {"job": "jobs.a.X", "mode": "reads", "devices": 1000, **numbers, **fields}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"own_queries": 41}, ["queries"]),
        ({"own_queries": 39}, ["fewer queries"]),
        ({"own_queries": None}, []),
        ({"seconds": [1.51, 1.6, 1.7]}, ["time"]),
        ({"seconds": [1.49, 9.0, 9.0]}, []),  # one run as fast as a slow one before: chance
        ({"seconds": [0.1, 0.1, 0.1]}, []),
        ({"seconds": []}, []),
        ({"peak_memory_mb": [29.5, 30.0]}, ["memory"]),
        ({"peak_memory_mb": [26.0, 30.0]}, []),
        ({"devices": 10_000, "own_queries": 99}, []),  # nothing to compare with
        ({"mode": "writes", "own_queries": 99}, []),
    ],
)
def test_what_counts_as_more(changed, expected):
    changes = bench.compare([row(**changed)], [row()])

    assert [change.what for change in changes] == expected
    assert all("jobs.a.X (reads) on 1,000 devices: " in change.text for change in changes)


def test_small_numbers_have_a_margin_of_their_own():
    old = row(seconds=[0.1], peak_memory_mb=[1.0])

    assert bench.compare([row(seconds=[0.19], peak_memory_mb=[8.9])], [old]) == []
    assert [change.what for change in bench.compare([row(seconds=[0.21], peak_memory_mb=[9.1])], [old])] == [
        "time",
        "memory",
    ]


def test_times_of_another_machine_are_not_compared():
    slower = row(seconds=[9.0], own_queries=41)

    assert [change.what for change in bench.compare([slower], [row()], times=False)] == ["queries"]

"""The second way: checked out in JOBS_ROOT; from there to a Git repository, and back."""

import shutil

from nautobot.extras.models import GitRepository, Job
from nautobot.extras.registry import registry
from nautobot_dev_tools import sync
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until

URL = "https://git.example.com/network/nautobot-job-collection.git"
WHEEL = "~/nautobot_job_collection-0.1.0-py3-none-any.whl"


def test_an_update_stays_sparse(released, follow, tmp_path):
    """Nautobot would import the module `tasks` of a complete checkout, for which it has not what that needs."""
    follow("JOBS_ROOT: check out", tmp_path, {URL: released, "v0.1.0": "v1"})
    follow("JOBS_ROOT: update", tmp_path, {"v0.2.0": "v2"})

    checkout = tmp_path / "nautobot_job_collection"
    assert {path.name for path in checkout.iterdir()} == {".git", "__init__.py", "jobs"}
    assert "second" in (checkout / "jobs/one.py").read_text()


def test_in_jobs_root_then_git_then_jobs_root(
    nautobot, administrator, working_tree, distributions, follow, snippet, enable, run_some, belongings
):
    checkout = nautobot.jobs_root / nautobot.package
    ours = sorted(f"{nautobot.package}.{path}" for path in registry["jobs"] if path.startswith("jobs."))

    follow("JOBS_ROOT: check out", nautobot.jobs_root, {URL: working_tree, "v0.1.0": "main"})
    nautobot.post_upgrade()

    assert {path.name for path in checkout.iterdir()} - {"__pycache__"} == {".git", "__init__.py", "jobs"}
    assert not Job.objects.filter(module_name__startswith=nautobot.package, enabled=True).exists()
    assert enable() == ours
    with nautobot.working():
        run_some()
        team = belongings()
        team.assert_working()
    assert nautobot.problems() == []

    # To Git: the record before its time, the checkout away, a restart, a sync.
    snippet("add", remote_url=working_tree, branch="main")
    shutil.rmtree(checkout)
    with nautobot.working():
        team.assert_working()
        repository = GitRepository.objects.get(slug=nautobot.package)
        synced = enqueue_job(sync.sync_job_model(), administrator, {"repository": str(repository.pk)})
        wait_until(lambda: sync.finished(synced), timeout=180, what="The sync")
        verdict = sync.judge(repository, synced)
        assert verdict.ok
        assert (verdict.created, sorted(verdict.refreshed)) == ([], ours)
        team.assert_working()
    assert nautobot.problems() == []

    # And back, this time from a wheel.
    follow("JOBS_ROOT: unpack", nautobot.jobs_root, {WHEEL: str(distributions["wheel"])})
    snippet("let go")
    nautobot.post_upgrade()
    with nautobot.working():
        team.assert_working()
        run_some()
    assert enable() == ours
    (left_over,) = nautobot.problems()
    assert f"Deleting unmanaged (leftover?) Git repository clone at {nautobot.git_root / nautobot.package}" in left_over

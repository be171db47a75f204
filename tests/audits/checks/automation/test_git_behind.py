"""EXTRAS-GIT-003: which Git repositories are behind their remote; over real HTTP."""

import pytest
from nautobot.extras.models import GitRepository

from jobs.audits.checks.automation import GitBehind
from jobs.toolkit.remotes import Remote


@pytest.fixture
def at(db, working_tree):
    """A function that makes a Git repository that was synced at that commit."""

    def run(commit, **values):
        fields = {"name": "one", "slug": "one", "remote_url": working_tree, "branch": "main", **values}
        GitRepository.objects.bulk_create([GitRepository(current_head=commit, **fields)])

    return run


@pytest.fixture
def asked(ask):
    return lambda: ask(GitBehind(ask=True), most_queries=2)


def test_behind_and_not(asked, at):
    at("0" * 40)
    (finding,) = asked()
    assert (finding.key, finding.details["here"]) == ("behind", "0" * 12)
    GitRepository.objects.update(current_head=Remote(GitRepository.objects.get(), 10).head("main"))
    assert asked() == []


def test_pinned_to_a_commit(asked, at):
    at("0123456789" * 4, branch="01234567")
    assert asked() == []


def test_no_such_branch(asked, at):
    at("", branch="nowhere")
    assert asked()[0].key == "branch"


def test_no_answer(asked, at):
    at("", remote_url="http://127.0.0.1:9/hunter2.git")
    (finding,) = asked()
    assert finding.key == "remote"
    assert "127.0.0.1" in finding.details["why"]


def test_not_asked_unless_wanted():
    assert GitBehind().idle()
    assert not GitBehind(ask=True).idle()

"""EXTRAS-CONTEXT-009: which config contexts belong to a Git repository that is gone."""

from uuid import uuid4

import pytest

from jobs.audits.checks.config_contexts import OwnerGone


@pytest.fixture
def owned(lab, make_context):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.extras.models import GitRepository

    def make(name, owner):
        context = make_context(name, {})
        kind = ContentType.objects.get_for_model(GitRepository)
        lab.force(context, owner_content_type=kind, owner_object_id=owner)

    return make


def test_repository_is_gone(found, owned):
    owned("orphan", uuid4())
    assert found(OwnerGone()) == ["orphan"]


def test_repository_is_there(found, owned):
    from nautobot.extras.models import GitRepository

    repository = GitRepository(name="contexts", slug="contexts", remote_url="https://git.example.com/contexts.git")
    GitRepository.objects.bulk_create([repository])
    owned("child", repository.pk)
    assert found(OwnerGone()) == []


def test_no_owner(found, make_context):
    make_context("own", {})
    assert found(OwnerGone()) == []

"""Users, their tokens and permissions."""

from datetime import timedelta

import pytest
from django.utils import timezone


@pytest.fixture
def make(lab):
    """A function that makes any object: ``make("extras.secretsgroup", name="group")``."""
    from django.apps import apps

    def run(label, /, **values):
        item = apps.get_model(label)(**values)
        item.validated_save()
        return item

    return run


@pytest.fixture
def make_token(lab, make_user):
    """A function that makes a token: ``make_token("anna", age=100, expires=30)``, in days from now."""
    from django.contrib.auth import get_user_model
    from nautobot.users.models import Token

    def run(username, *, age=0, expires=None, active=True, **values):
        user = get_user_model().objects.filter(username=username).first() or make_user(username)
        lab.force(user, is_active=active)
        token = Token.objects.create(user=user, **values)
        now = timezone.now()
        expiry = None if expires is None else now + timedelta(days=expires)
        lab.force(token, created=now - timedelta(days=age), expires=expiry)
        return token

    return run


@pytest.fixture
def make_permission(db):
    """A function that makes a permission: ``make_permission("p", ["change"], "extras.job", groups=[…])``."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.users.models import ObjectPermission

    def run(name, actions, *models, groups=(), users=(), **values):
        permission = ObjectPermission.objects.create(name=name, actions=actions, **values)
        permission.object_types.set(ContentType.objects.get_by_natural_key(*model.split(".")) for model in models)
        permission.groups.set(groups)
        permission.users.set(users)
        return permission

    return run


@pytest.fixture
def group(db):
    from django.contrib.auth.models import Group

    return Group.objects.create(name="Engineers")

"""EXTRAS-ROLE-001: unused role."""

from __future__ import annotations

from django.db.models import QuerySet

from ._shipped import shipped_roles
from ._unused import Unused


class UnusedRole(Unused):
    """Roles that nothing has."""

    id = "EXTRAS-ROLE-001"
    title = "Unused role"
    model = "extras.role"
    description = (
        "No object of any model has the role, and no config context asks for it. Roles that Nautobot itself creates "
        "(VRRP, On Site and so on) are left alone: they come back, or are meant to be there."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The role "Wireless Bridge" is offered in every form, and nothing has it.'
    good = 'Nothing has "GLBP", but Nautobot ships it; "Virtual Server" is the role of virtual machines only.'

    def candidates(self, objects: QuerySet) -> QuerySet:
        """Those that Nautobot did not create."""
        return objects.exclude(name__in=shipped_roles())

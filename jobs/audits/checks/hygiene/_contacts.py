"""What the checks of contacts share."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.extras.models import ContactAssociation

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


class WithoutContact(Check):
    """Objects that nobody is named for. Subclasses say of which model."""

    severity = Severity.LOW
    remedy = "Add a contact or a team on the Contacts tab of the object."
    tags = ("contact", "policy")
    parameters = {"required": Parameter(False, "Contacts are wanted. Off by default.")}
    since = "0.1.0"
    policy = {"required": True}

    def idle(self) -> str:
        """Not every team keeps its contacts in Nautobot."""
        return "" if self.values["required"] else "No contacts are required."

    def candidates(self, objects: QuerySet) -> QuerySet:
        """The objects that should have a contact."""
        return objects

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Objects without a contact and without a team."""
        contacts = ContactAssociation.objects.filter(
            associated_object_id=OuterRef("pk"),
            associated_object_type__app_label=objects.model._meta.app_label,
            associated_object_type__model=objects.model._meta.model_name,
        )
        for row in self.rows(self.candidates(objects).filter(~Exists(contacts.order_by()))):
            yield self.finding(row, context, "No contact and no team is associated.")

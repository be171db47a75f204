"""What the builders share: look-ups, validated writing, and the objects made so far by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from example_network.sites import Site
from nautobot.dcim.models import Device, Location
from nautobot.extras.models import Role, Status


class InvalidObjectError(Exception):
    """The plan asks for an object that Nautobot's own validation refuses."""


class Network:
    """The network under construction. Builders add to it; nothing outlives the build."""

    def __init__(self) -> None:
        self._statuses = {status.name: status for status in Status.objects.all()}
        self._roles: dict[str, Role] = {role.name: role for role in Role.objects.all()}
        self.locations: dict[str, Location] = {}
        self.devices: dict[str, Device] = {}
        self._permitted: set[tuple[Any, ...]] = set()  # references found permitted: model, field, value
        # Everything else by model and a short natural key: (Rack, "AMS01-A01"), (CircuitTermination, "LUM-AMS01-INET", "A").
        self._objects: dict[tuple[Any, ...], Model] = {}
        # Components by model and device, then by name; those of modules count as the device's.
        self._components: dict[tuple[type[Model], str], dict[str, Any]] = {}

    # -- look-ups ------------------------------------------------------------------------------------------------

    def status(self, name: str) -> Status:
        """The status with this name."""
        return self._statuses[name]

    def live(self, site: Site, name: str = "Active", planned: str = "Planned") -> Status:
        """The status of something that is in use unless its site is only planned."""
        return self._statuses[planned if site.planned else name]

    def role(self, name: str) -> Role:
        """The role with this name."""
        return self._roles[name]

    def get(self, model: type[Model], *key: str) -> Any:
        """An object that was added under this key.

        Raises:
            KeyError: the plan names something that was not built.
        """
        return self._objects[(model, *key)]

    def has(self, model: type[Model], *key: str) -> bool:
        """Whether an object was added under this key."""
        return (model, *key) in self._objects

    def remember(self, item: Model, *key: str) -> None:
        """Make an object known under its model and this key."""
        self._objects[(type(item), *key)] = item

    def remember_component(self, device: str, item: Any) -> None:
        """Make a component known under its device."""
        self._components.setdefault((type(item), device), {})[item.name] = item

    def component(self, model: type[Model], device: str, name: str) -> Any:
        """A component of a device or of its modules, such as `component(Interface, "ams01-core-01", "Ethernet1")`."""
        return self._components[model, device][name]

    def components(self, model: type[Model], device: str) -> list[Any]:
        """All components of the model on a device, in the order of its type."""
        return list(self._components.get((model, device), {}).values())

    # -- writing -------------------------------------------------------------------------------------------------

    def add_role(self, name: str, color: str, *models: type[Model]) -> Role:
        """Add a role for objects of these models."""
        role = self.add(Role(name=name, color=color), name)
        role.content_types.set([ContentType.objects.get_for_model(model) for model in models])
        self._roles[name] = role
        return role

    def add(self, item: Any, *key: str) -> Any:
        """Validate and save one object, remember it under the key if there is one, and return it."""
        self.validate(item)
        item.save()
        if key:
            self.remember(item, *key)
        return item

    def validate(self, item: Any) -> None:
        """Nautobot's own validation of one object, without what the database itself enforces and what was asked before.

        For each object Django asks whether its key is free and whether everything that it refers to exists; both are
        constraints of the database. Whether a status or role is permitted for a model is asked once.

        Raises:
            InvalidObjectError: with the object's kind and name, and what is wrong with it.
        """
        exclude, limited = {item._meta.pk.name}, set()
        for field in item._meta.concrete_fields:
            if field.is_relation and (value := field.value_from_object(item)) is not None:
                reference = (type(item), field.name, value)
                if reference in self._permitted or not field.get_limit_choices_to():
                    exclude.add(field.name)
                limited.add(reference)
        try:
            item.full_clean(exclude=exclude)
        except ValidationError as error:
            raise InvalidObjectError(f"{item._meta.verbose_name} {item}: {error}") from error
        self._permitted |= limited

    def add_many(self, items: Iterable[Any]) -> None:
        """Validate every object, then write them with one statement a model, in the order of the models.

        For models whose `save()` does nothing that `clean()` has not done, and for objects that do not collide with
        each other: validation sees only what is in the database.
        """
        by_model: dict[type[Model], list[Any]] = {}
        for item in items:
            self.validate(item)
            by_model.setdefault(type(item), []).append(item)
        for model, batch in by_model.items():
            model.objects.bulk_create(batch)

    def change_many(self, items: list[Any], fields: tuple[str, ...]) -> None:
        """Validate objects of one model that were changed in memory, and write these fields of them.

        As one upsert: Django's `bulk_update()` makes a CASE expression of each value, which takes seconds here.
        """
        for item in items:
            self.validate(item)
        if items:
            target = {"unique_fields": ["id"]} if connection.features.supports_update_conflicts_with_target else {}
            type(items[0]).objects.bulk_create(items, update_conflicts=True, update_fields=fields, **target)

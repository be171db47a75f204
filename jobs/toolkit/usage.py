"""Which objects are used, told by what refers to them: foreign keys and many-to-many fields of any model, Apps included."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Q
from nautobot.extras.models import RelationshipAssociation


def unused(model: type[Model], *, ignoring: Collection[str] = ()) -> Q:
    """Condition: nothing refers to the object.

    What the object is made of is no use of it: its component templates, and the models that it may be used for. Nor
    are notes, contacts, changes and the like, which refer to an object without a foreign key.

    Args:
        model: the model of the queryset that the condition is for.
        ignoring: labels of models, in lower case, that may refer to the object all the same.
    """
    condition = Q()
    for relation in _relations(model):
        referring = relation.related_model
        if referring._meta.label_lower not in ignoring:
            rows = referring._base_manager.filter(**{relation.field.name: OuterRef("pk")}).order_by()
            condition &= ~Exists(rows)
    for end in ("source_id", "destination_id"):
        condition &= ~Exists(RelationshipAssociation.objects.filter(**{end: OuterRef("pk")}).order_by())
    return condition


def _relations(model: type[Model]) -> Iterator[ForeignObjectRel]:
    own_tables = {field.remote_field.through for field in model._meta.many_to_many}
    for relation in model._meta.get_fields(include_hidden=True):
        # Of a many-to-many field its table refers to the object; the field itself would be the same once more.
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        referring = relation.related_model
        if (
            referring in own_tables
            or referring._meta.proxy
            or not referring._meta.managed
            or referring._meta.model_name.endswith("template")
        ):
            continue
        yield relation

"""A Job that a button on an object's page starts."""

from django.db.models import PROTECT
from nautobot.apps.jobs import JobButtonReceiver
from nautobot.dcim.models import Location

name = "Examples"


class WhatUsesThis(JobButtonReceiver):
    """Counts what refers to the object on whose page the button is pressed, and says what would prevent its deletion.

    For a location, the locations below it are part of it. Only objects that you may view are counted, and the kinds
    of objects that you may not view at all are named, so that a zero is never mistaken for "nothing there".

    To use it, enable this Job, then add a *Job Button* (menu *Jobs*) for any object types, with this Job.

    Nautobot hands a button's Job the object as it is in the database, whatever the user may see. This Job therefore
    asks for it again on behalf of the user, and says which permission is missing if it gets nothing.

    **Changes:** nothing.
    **Produces:** one log entry for each kind of object that refers to this one, the largest number first.
    **Needs:** the permission `view` on the object.

    Nautobot guide: *Job Extensions*, "Job Button Receivers".
    """

    class Meta:
        name = "Example: What Uses This (button)"
        description = "Count what refers to an object, and say what would prevent its deletion."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 60
        time_limit = 120

    def receive_job_button(self, obj):
        """Log the kinds of objects that refer to `obj`, an instance of any model."""
        model = type(obj)
        if not hasattr(model.objects, "restrict"):
            self.fail("Objects of the type %s have no permissions to check; use another object type.", model.__name__)
            return
        visible = model.objects.restrict(self.user, "view").filter(pk=obj.pk)
        if not visible.exists():
            self.fail(
                "You need the permission %s.view_%s on this object.", model._meta.app_label, model._meta.model_name
            )
            return

        counts, unseen = self._count(model, self._parts(obj, visible))
        for number, kind, protects in sorted(counts, reverse=True):
            effect = "; they prevent deletion" if protects else ""
            self.logger.info("%s %s%s", number, kind, effect, extra={"object": obj})
        if unseen:
            self.logger.warning("Not counted, for lack of view permission: %s", ", ".join(sorted(unseen)))
        self.logger.success("%s kinds of objects refer to this one.", len(counts), extra={"object": obj})

    def _parts(self, obj, visible):
        """Return a queryset of `obj` and what counts as part of it; one button can serve several types of objects."""
        if isinstance(obj, Location):
            below = obj.descendants(include_self=True).values("pk")
            return Location.objects.restrict(self.user, "view").filter(pk__in=below)
        return visible

    def _count(self, model, objects):
        """Count what refers to `objects`, a queryset of `model`, with one query for each kind of reference.

        Returns:
            (tuple[list[tuple[int, str, bool]], set[str]]): for each kind of reference there is: how many, of which
                model by which field, whether it prevents deletion; and the models that this user may not view.
        """
        counts, unseen = [], set()
        for relation in model._meta.related_objects:
            referrer, field = relation.related_model, relation.field
            kind = str(referrer._meta.verbose_name_plural)
            if not hasattr(referrer.objects, "restrict"):
                continue
            if not self.user.has_perm(f"{referrer._meta.app_label}.view_{referrer._meta.model_name}"):
                unseen.add(kind)
                continue
            referrers = referrer.objects.restrict(self.user, "view").filter(**{f"{field.name}__in": objects})
            if number := referrers.values("pk").distinct().count():
                counts.append((number, f"{kind} ({field.verbose_name})", relation.on_delete is PROTECT))
        return counts, unseen

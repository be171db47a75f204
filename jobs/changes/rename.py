"""Names and labels by a rule, or by a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job, MultiChoiceVar, StringVar

from ..toolkit.access import RefusalError
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.compat import CABLED_COMPONENTS
from ..toolkit.plan import Plan
from ..toolkit.scope import DeviceScopeMixin, Scope
from ..toolkit.templates import UserTemplate
from ..toolkit.uploads import Row, UploadMixin, attach_template, name_of, read_table
from .rename_list import CABLE, COLUMNS, DEVICE, Wanted, by_list
from .rename_order import Wish, in_order
from .rename_values import COUNTED_BY, Spaces, prepared, values_of

name = "Changes"

_COMPONENTS = {f"dcim.{port.replace('_', '')}": f"{port.replace('_', ' ').capitalize()}s" for port in CABLED_COMPONENTS}
MODELS = {DEVICE: "Devices", **_COMPONENTS, CABLE: "Cables (their label)"}
NAME, LABEL = "name", "label"
_LONGEST_PATTERN = 200
_VERBS = {NAME: "rename", LABEL: "label"}


class RenameByTemplate(RowsMixin, UploadMixin, DeviceScopeMixin, Job):
    r"""Names devices, components of devices and cables by one template, or by a list of old and new names.

    With a template, the devices in scope are named, or the components of these devices (those of modules included), or
    the cables at them. The template is Jinja over plain values:

    | Value | What it is |
    |---|---|
    | `name`, `label` | what the object is called now |
    | `part[1]`, `part.site` | parts of the present name: groups of the *Pattern*, by number or by name |
    | `counter` | its number: from *First number*, anew for each group of *Count by*, in the order of present names; `counter\|pad(2)` is `07` |
    | `location.name`, `location.code`, `location.type` | its location; the code is the facility, or else the name |
    | `locations.Site.name`, … | its location and those above it, by location type |
    | `device`, `rack`, `role`, `tenant`, `type`, `manufacturer`, `platform` | of the device |
    | `stack`, `member` | virtual chassis of the device, and its position in it |
    | `serial`, `asset_tag`, `position` | of devices |
    | `far.device`, `far.port`, `far.location`, `far.role` | of components: what is at the other end, patch panels in between included |
    | `a.device`, `a.port`, `a.role`, `b.device`, … | of cables: what is at their ends |
    | `description`, `custom` | description of components; custom fields by their keys |

    What is not there is empty: `{% if far %}{{ far.device }} {{ far.port }}{% endif %}`. Where the template gives
    nothing, and where the present name does not match the pattern, the object is left as it is. Names of what you may not
    view at a far end stay out.

    The list has columns `device`, `old` and `new`. A present name that several objects have is refused: write the
    primary key. A row is done already if nothing has the old name and something the new one. A list that swaps names swaps
    them back when it is run again, unless it has primary keys; the log tells of such lists.

    Names may be swapped or handed on (A becomes B while B becomes A): an object may step aside under a temporary name.
    That a name would be there twice, with another object or within the request, is found before anything is written; devices
    by location and tenant, or as Nautobot's setting `DEVICE_UNIQUENESS` says, components by device or module.

    **Changes:** names of devices or components, or labels of components or cables.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permission `dcim.view_device`, and `view` and `change` on what is named.
    """

    what = ChoiceVar(choices=tuple(MODELS.items()), default=DEVICE, description="What is named.")
    field = ChoiceVar(
        choices=((NAME, "The name (of cables, which have none, the label)"), (LABEL, "The label")),
        default=NAME,
        required=False,
        description="Devices have no label.",
    )
    template = StringVar(
        required=False,
        default="",
        description="The name to be, in Jinja: {{ locations.Site.code|lower }}-acc-{{ counter|pad(2) }}. Empty with a list.",
    )
    pattern = StringVar(
        required=False,
        default="",
        description="Regular expression with groups, for parts of the present name: ^(?P<site>\\w+)-(\\d+)$. What does "
        "not match is left as it is.",
    )
    count_by = MultiChoiceVar(
        label="Count by",
        choices=tuple(COUNTED_BY.items()),
        required=False,
        description="Numbers begin anew for each combination of these. If none is selected: all are counted together.",
    )
    first_number = IntegerVar(label="First number", default=1, required=False, description="Where numbers begin.")

    class Meta:
        name = "Rename by template"
        description = "Name devices, interfaces and other components, and label components and cables."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        what=DEVICE,
        field=NAME,
        template="",
        pattern="",
        count_by=(),
        first_number=1,
        table=None,
        template_only=False,
        keep_good=False,
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Plan the names, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)
        needs: dict[str, tuple[str, ...]] = {DEVICE: ("view",)}
        if what in MODELS:
            needs[what] = ("view", "change")
        field = LABEL if what == CABLE else field or NAME
        scope = Scope(self.user, offered=self._get_vars(), **selection)
        listed = table is not None

        def planner(plan: Plan) -> None:
            if what == DEVICE and field == LABEL:
                raise RefusalError("Field: devices have no label. Choose the name, or components.")
            if listed:
                _refuse_both(template, pattern, scope)
                wanted = by_list(plan, self.user, what, field, rows())
            else:
                wanted = self._by_template(plan, what, field, template, pattern, scope, count_by or (), first_number)
            _plan(plan, field, what, wanted)

        content: list[Row] = []

        def rows() -> list[Row]:
            if not content:  # an upload can be read once only, and the plan be made twice
                content.extend(read_table(table, COLUMNS))
            return content

        return Changes(self, needs=needs).run(
            planner,
            request=f"{MODELS.get(what, what)}: " + (f"list {name_of(table)}" if listed else scope.describe()),
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )

    def _by_template(
        self,
        plan: Plan,
        what: str,
        field: str,
        text: str,
        pattern: str,
        scope: Scope,
        count_by: Sequence[str],
        first: int | None,
    ) -> list[Wanted]:
        if not (text or "").strip():
            raise RefusalError("Template: enter one, or upload a list.")
        if first is not None and first < 0:  # a form's min_value of 0 is passed over by Nautobot
            raise RefusalError("First number: enter 0 or more.")
        template, search = UserTemplate("Template", text), _pattern(pattern)
        found = list(prepared(scope.of(what), self.user))
        matches = {obj.pk: search(getattr(obj, field) or "") for obj in found} if search else {}
        objects = [obj for obj in found if not search or matches[obj.pk]]
        plan.keep(len(found) - len(objects))
        wanted = []
        titles = _titles(objects, field)
        for obj, values in zip(
            objects, values_of(objects, self.user, count_by, 1 if first is None else first), strict=True
        ):
            values["part"] = _parts(matches.get(obj.pk))
            with plan.row(titles[obj.pk]):
                new = template.render(titles[obj.pk], **values)
                if new:
                    wanted.append((obj, titles[obj.pk], new))
                else:
                    plan.keep()
        return wanted


def _plan(plan: Plan, field: str, what: str, wanted: Sequence[Wanted]) -> None:
    """Plan the names in an order in which no two are the same, and tell of those that are taken."""
    spaces = Spaces(apps.get_model(what), field)
    by_key = {obj.pk: (obj, row) for obj, row, _ in wanted}
    wishes = [Wish(obj.pk, spaces.of(obj), getattr(obj, field) or "", new) for obj, _, new in wanted]
    order = in_order(wishes, spaces.others_called_so(wishes), lambda key: f"renaming {key}")
    # A name in between need not fit what rules Nautobot has for names.
    plan.validate_late = any(step.aside for step in order.steps)
    for wish in wishes:
        with plan.row(by_key[wish.key][1]):
            if rivals := order.refused.get(wish.key):
                known = [by_key[key][1] for key in rivals if key in by_key]
                who = ", ".join(known[:5]) if known else "another one, which is not part of this request"
                plan.problem(f'{field}, "{wish.new}": it would be there twice, as that of {who}. Choose another name.')
            elif wish.old == wish.new:
                plan.keep()
    for step in order.steps:
        obj, row = by_key[step.key]
        with plan.row(row):
            reason = "steps aside for another" if step.aside else "as requested"
            values: dict[str, Any] = {field: step.name}
            plan.update(obj, reason=reason, verb=_VERBS[field], **values)


def _refuse_both(template: str, pattern: str, scope: Scope) -> None:
    if (template or "").strip() or (pattern or "").strip() or scope.chosen or scope.everything:
        raise RefusalError("List: with a list, leave template, pattern and the selection of devices empty.")


def _pattern(text: str) -> Any:
    if not (text or "").strip():
        return None
    if len(text) > _LONGEST_PATTERN:
        raise RefusalError(f"Pattern: it has more than {_LONGEST_PATTERN} characters.")
    try:
        return re.compile(text).search
    except re.error as error:
        raise RefusalError(f'Pattern, "{text}": {error}. Enter a regular expression.') from None


def _parts(match: re.Match[str] | None) -> dict[Any, str]:
    if match is None:
        return {}
    numbered = {number: text or "" for number, text in enumerate((match[0], *match.groups()))}
    return {**numbered, **{name: text or "" for name, text in match.groupdict().items()}}


def _titles(objects: Sequence[Any], field: str) -> dict[Any, str]:
    """What objects are called in messages and in the files, each otherwise."""
    texts = {}
    for obj in objects:
        texts[obj.pk] = " ".join(
            filter(None, (getattr(obj, "of_device", "") if hasattr(obj, "device_id") else "", getattr(obj, "name", "")))
        ) or (getattr(obj, field) or f"#{obj.pk}")
    times = Counter(texts.values())
    return {pk: text if times[text] == 1 else f"{text} ({pk})" for pk, text in texts.items()}

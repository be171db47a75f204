"""Renumber prefixes and addresses, and move over all that uses them."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import ChoiceVar, Job, ObjectVar, StringVar
from nautobot.extras.models import Status
from nautobot.ipam.models import IPAddress, Namespace

from ..toolkit.access import RefusalError
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.defaults import default_namespace, default_status
from ..toolkit.plan import Plan
from ..toolkit.templates import UserTemplate
from ..toolkit.uploads import Column, UploadMixin, attach_template, name_of, read_table
from .renumber_mapping import Mapping, Move, move_of
from .renumber_steps import COPY, DELETE, DEPRECATE, Renumbering

name = "Changes"

COLUMNS = (
    Column("old", "prefix with length (10.0.0.0/24), or address without mask (10.0.0.5)", True, example="10.0.0.0/24"),
    Column(
        "new",
        "prefix of the same or larger size; or address, with a mask if it shall have another",
        True,
        example="10.1.0.0/24",
    ),
)


class Renumber(ChangeMixin, UploadMixin, Job):
    """Gives prefixes and addresses new numbers, in one step or in two.

    Nautobot does not let the number of an address be changed, so new objects are made: of an old prefix itself, of all
    prefixes, ranges and addresses in it, at the same place in the new prefix, with the same status, role, tenant, VLAN,
    VRFs, locations, tags, custom fields, NAT and so on. New ones that are there already are taken as they are, unless an
    interface has such an address that does not have the old one. An address that has the mask of the old prefix gets that
    of the new one; any other keeps its own.

    “Copy” puts the new addresses beside the old ones on their interfaces, and changes nothing else: the time in between.
    “Move” lets all that points at the old ones point at the new ones: assignments to interfaces of devices and virtual
    machines, primary addresses, services, NAT, virtual addresses of redundancy groups, relationships, contacts, load
    balancers, VPNs, clouds, and what apps bring. The old ones are then deprecated, or deleted.

    Enter one prefix and its new one, or upload a list. The most specific line of the list decides. The template for DNS
    names may name `dns_name` (the old one), `old`, `new` (addresses), `device` and `interface` (of one of its interfaces).

    **Changes:** prefixes, ranges and addresses; what points at them.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `ipam.view_namespace`, `ipam.view_prefix`, `ipam.add_prefix`, `ipam.change_prefix`,
    `ipam.view_ipaddress`, `ipam.add_ipaddress`, `ipam.change_ipaddress`, `ipam.change_ipaddresstointerface`; to copy,
    also to add assignments; to delete, to delete them; to change whatever else points at what is moved; to view what the
    old ones name.
    """

    old = StringVar(label="Old prefix", required=False, description="The prefix to renumber: 10.0.0.0/24.")
    new = StringVar(
        label="New prefix", required=False, description="Its new number, of the same or larger size: 10.1.0.0/24."
    )
    namespace = ObjectVar(
        model=Namespace, required=False, description="Where the old and new ones are. Global if none is chosen."
    )
    action = ChoiceVar(
        choices=(
            (COPY, "Copy: new ones beside the old ones"),
            (DEPRECATE, "Move, and deprecate the old ones"),
            (DELETE, "Move, and delete the old ones"),
        ),
        default=DEPRECATE,
        required=False,
        description="What is done.",
    )
    old_status = ObjectVar(
        label="Status of the old ones",
        model=Status,
        required=False,
        query_params={"content_types": "ipam.ipaddress"},
        description="Status that the old ones get when moved and not deleted. Deprecated if none is chosen.",
    )
    dns_template = StringVar(
        label="DNS names",
        required=False,
        description="DNS names of the new addresses, in Jinja. Empty keeps those of the old ones.",
    )

    class Meta:
        name = "Renumber prefixes and addresses"
        description = "Give prefixes and addresses new numbers, and move over all that uses them."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 3600
        time_limit = 3900

    def run(
        self,
        *,
        old="",
        new="",
        namespace=None,
        action=DEPRECATE,
        old_status=None,
        dns_template="",
        table=None,
        template_only=False,
        dryrun=True,
        only_if="",
    ):
        """Plan the new numbers, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)
        needs = {
            "ipam.namespace": ("view",),
            "ipam.prefix": ("view", "add", "change"),
            "ipam.ipaddress": ("view", "add", "change"),
            "ipam.ipaddresstointerface": ("change",),
        }
        action = action or DEPRECATE
        if action == COPY:
            needs["ipam.ipaddresstointerface"] = ("add", "change")
        content: list[list[Move]] = []  # the file can be read once only

        def planner(plan: Plan) -> None:
            if not content:
                content.append(_moves(plan, old or "", new or "", table))
            moves = content[0]
            for move, why in Mapping.twice(moves):
                with plan.row(move.row):
                    plan.problem(why)
            renumbering = Renumbering(
                plan,
                Mapping(moves),
                namespace or default_namespace(),
                UserTemplate("DNS names", dns_template) if dns_template else None,
            )
            renumbering.copy(assignments=action == COPY)
            if action != COPY:
                renumbering.move(
                    old_status or default_status(IPAddress, "Deprecated", "Status of the old ones"),
                    delete=action == DELETE,
                )

        return Changes(self, needs=needs).run(
            planner,
            request=f"{dict(type(self).action.field_attrs['choices'])[action]}: "
            + (f"list {name_of(table)}" if table else f"{old or 'nothing'} to {new or 'nothing'}"),
            dryrun=dryrun,
            only_if=only_if,
        )


def _moves(plan: Plan, old: str, new: str, table: Any) -> list[Move]:
    if table and (old or new):
        raise RefusalError("Old prefix: a list is uploaded, too. Clear one of both.")
    if not table:
        if not (old.strip() and new.strip()):
            raise RefusalError("Old prefix: enter an old and a new prefix, or upload a list.")
        return [move_of(old.strip(), old.strip(), new.strip())]
    moves = []
    for row in read_table(table, COLUMNS):
        with plan.row(row.label):
            moves.append(move_of(row.label, row["old"], row["new"]))
    return moves

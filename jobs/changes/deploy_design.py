"""Deploy a design: bring what a YAML file describes into the source of truth, and keep it there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nautobot.apps.jobs import BooleanVar, ChoiceVar, FileVar, Job, JSONVar

from ..toolkit.access import RefusalError
from ..toolkit.attachments import create_file
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.documents import MOST_BYTES, read_document
from ..toolkit.plan import Plan
from ..toolkit.uploads import name_of
from .design_deployment import Deployment
from .design_language import Design, design_of, entries_of, inputs_of

name = "Changes"

_DESIGNS = Path(__file__).with_name("designs")
_SHIPPED = sorted(path.stem for path in _DESIGNS.glob("*.yml"))


class DeployDesign(ChangeMixin, Job):
    """Deploys a design: a YAML file that describes a site, say, with all that belongs to it.

    A design has inputs, for what differs from site to site, and a list of objects: racks, devices, cables, VLANs,
    prefixes, addresses, circuits. What is missing is created, and what is there gets the values that the design sets;
    nothing else is touched. So a design can be deployed again to bring a site back to it, or after it was changed, and
    does nothing if all is as designed. Objects are told by natural keys, next free prefixes and addresses are chosen when
    something is created and kept afterwards, and the components that devices bring with them can be configured and cabled
    at once. The language is described in the user's guide, under *Designs*.

    A design and its inputs are data: expressions compute values, and can do nothing else. Users, permissions, secrets,
    Jobs and Git repositories are out of its reach.

    **Changes:** what the design names: places, racks, devices with their components, cables, VLANs, prefixes, addresses,
    circuits, tenants, virtual machines, roles, statuses, tags.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan. With *Only
    tell me the inputs*: `inputs.yml`, to be filled in.
    **Needs:** the permissions to view what the design has and refers to; beyond it, to add what is created, and to change
    what is changed.
    """

    design = ChoiceVar(
        choices=(("", "---------"), *((each, each.replace("_", " ").capitalize()) for each in _SHIPPED)),
        required=False,
        description="A design of this collection.",
    )
    design_file = FileVar(label="Design file", required=False, description="Or a design of your own, in YAML.")
    inputs = JSONVar(
        required=False,
        description='The inputs of the design, as JSON: {"location_name": "AMS02", "switch_count": 2}.',
    )
    inputs_file = FileVar(
        label="Inputs file", required=False, description="Or the inputs in YAML; those in the field above come first."
    )
    inputs_only = BooleanVar(
        label="Only tell me the inputs",
        default=False,
        description="Do nothing but attach inputs.yml, with the inputs of the design and what belongs there.",
    )

    class Meta:
        name = "Deploy a design"
        description = "Create and correct what a design in YAML describes: a site with all that belongs to it, say."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        design="",
        design_file=None,
        inputs=None,
        inputs_file=None,
        inputs_only=False,
        dryrun=True,
        only_if="",
    ):
        """Plan the design, and execute the plan."""
        source = _Source(design, design_file, inputs, inputs_file)
        if inputs_only:
            return self._tell_inputs(source)
        return Changes(self, needs={}).run(
            lambda plan: self._plan(plan, source), request=source.told, dryrun=dryrun, only_if=only_if
        )

    def _plan(self, plan: Plan, source: _Source) -> None:
        design = source.design()
        entries = entries_of(design, inputs_of(design, source.inputs()))
        Deployment(plan, self.user, f"design {design.title}").plan(entries)

    def _tell_inputs(self, source: _Source) -> dict[str, Any]:
        try:
            design = source.design()
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "plan"})
            return {"changes": 0, "applied": False, "refused": str(refusal)}
        create_file(self, "inputs.yml", inputs_text(design).encode())
        self.logger.info("inputs.yml has the %d inputs of %s.", len(design.inputs), design.title)
        return {"changes": 0, "applied": False}


class _Source:
    """What the form gave: files are read once, whatever is wrong with them is told when they are asked for."""

    def __init__(self, design: str, design_file: Any, inputs: Any, inputs_file: Any) -> None:
        self._chosen = design or ""
        self._design_file = _content(design_file)
        self._inputs = inputs
        self._inputs_file = _content(inputs_file)

    @property
    def told(self) -> str:
        """What was asked for, in words."""
        design = self._design_file[0] if self._design_file else self._chosen
        files = f", inputs of {self._inputs_file[0]}" if self._inputs_file else ""
        return f"Design {design}{files}; inputs {self._inputs or 'none'}"[:2000]

    def design(self) -> Design:
        """The design.

        Raises:
            RefusalError: there is none, or something is wrong with it.
        """
        if bool(self._chosen) == (self._design_file is not None):
            raise RefusalError("Design: choose one of the collection, or upload one: one of the two.")
        if self._design_file is not None:
            name, content = self._design_file
        elif self._chosen in _SHIPPED:
            path = _DESIGNS / f"{self._chosen}.yml"
            name, content = path.name, path.read_bytes()
        else:
            raise RefusalError(f"Design: there is no {self._chosen}. There are {', '.join(_SHIPPED)}.")
        return design_of(read_document(content, name))

    def inputs(self) -> dict[str, Any]:
        """The inputs, as given.

        Raises:
            RefusalError: they are no mapping.
        """
        found: dict[str, Any] = {}
        if self._inputs_file is not None:
            name, content = self._inputs_file
            values = read_document(content, name).plain()
            if not isinstance(values, dict):
                raise RefusalError(f"Inputs file: {name} has to be a mapping: “location_name: AMS02”.")
            found.update(values)
        if self._inputs:
            if not isinstance(self._inputs, dict):
                raise RefusalError("Inputs: has to be a mapping in JSON: {…}.")
            found.update(self._inputs)
        return found


def _content(upload: Any) -> tuple[str, bytes] | None:
    if not upload:
        return None
    return name_of(upload), upload.read(MOST_BYTES + 1)


def inputs_text(design: Design) -> str:
    """A YAML file to be filled in, with what belongs there as comments."""
    lines = [f"# Inputs of {design.title}"]
    for each in design.inputs:
        need = "required" if each.required else "optional"
        choices = f", one of {', '.join(map(str, each.choices))}" if each.choices else ""
        lines += ["", f"# {each.description}" if each.description else "#", f"# ({each.type}, {need}{choices})"]
        default = "" if each.default is None else f"  # {each.default.plain()}"
        lines.append(f"{each.name}:{default}" if each.required else f"# {each.name}:{default}")
    return "\n".join(line.replace("\r", " ") for line in lines) + "\n"

"""Device types and module types from files of the community's devicetype-library."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from nautobot.apps.jobs import BooleanVar, ChoiceVar, FileVar, Job

from ..toolkit.access import RefusalError
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.components import KINDS
from ..toolkit.plan import Plan
from ..toolkit.uploads import name_of
from .import_device_types_archive import unpack
from .import_device_types_plan import LEAVE, MIRROR, UPDATE, TypePlanner
from .import_device_types_read import Definition, problems_of, read

name = "Changes"


class ImportDeviceTypes(RowsMixin, Job):
    """Creates and updates device types and module types from the files of the devicetype-library.

    The file is a definition in the YAML format of the community's
    [devicetype-library](https://github.com/netbox-community/devicetype-library), or an archive (`.zip`, `.tar.gz`) with
    any number of them: one manufacturer's folder, say. A file below a folder `module-types` is a module type; below
    `device-types`, or with `u_height`, `is_full_depth`, `subdevice_role`, `slug` or `device-bays` in it, a device type;
    any other a module type. What Nautobot exports as YAML can be imported as well.

    - A type is known by manufacturer and model. What exists is compared with the file, and only the differences are
      changed; a field that the file does not name is left as it is.
    - Pictures, and whatever is no YAML, are left out. So are fields for which this Nautobot has no place, such as
      `airflow` and `inventory-items`: remarks tell which.
    - Devices that exist keep their components: the Job “Synchronize components” brings them up to their types.
    - Archives with links, absolute paths, paths that lead out, encrypted or nested archives, too many members or too
      much in them are refused, and so is YAML with aliases. All that is wrong with all files is told at once, by file,
      line and field. Each file is a row of its own: with “Apply the good rows” those that are wrong stop no other.

    **Changes:** device types, module types and the templates of their components; manufacturers are created.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_manufacturer`, `dcim.add_manufacturer`, `dcim.view_devicetype`,
    `dcim.add_devicetype`, `dcim.change_devicetype`, `dcim.view_moduletype`, `dcim.add_moduletype`,
    `dcim.change_moduletype`, `dcim.view_consoleporttemplate`, `dcim.add_consoleporttemplate`,
    `dcim.change_consoleporttemplate`, `dcim.view_consoleserverporttemplate`, `dcim.add_consoleserverporttemplate`,
    `dcim.change_consoleserverporttemplate`, `dcim.view_powerporttemplate`, `dcim.add_powerporttemplate`,
    `dcim.change_powerporttemplate`, `dcim.view_poweroutlettemplate`, `dcim.add_poweroutlettemplate`,
    `dcim.change_poweroutlettemplate`, `dcim.view_interfacetemplate`, `dcim.add_interfacetemplate`,
    `dcim.change_interfacetemplate`, `dcim.view_rearporttemplate`, `dcim.add_rearporttemplate`,
    `dcim.change_rearporttemplate`, `dcim.view_frontporttemplate`, `dcim.add_frontporttemplate`,
    `dcim.change_frontporttemplate`, `dcim.view_devicebaytemplate`, `dcim.add_devicebaytemplate`,
    `dcim.change_devicebaytemplate`, `dcim.view_modulebaytemplate`, `dcim.add_modulebaytemplate`,
    `dcim.change_modulebaytemplate`. Fewer where existing types are left alone or manufacturers are not created; to make
    existing types the same as their files, the permissions to delete templates.
    """

    file = FileVar(
        label="File",
        description="A definition (.yaml, .yml), or an archive of definitions (.zip, .tar.gz, .tgz).",
    )
    existing = ChoiceVar(
        label="Existing types",
        choices=(
            (LEAVE, "Leave them alone"),
            (UPDATE, "Add and update what the file has"),
            (MIRROR, "Make them the same as the file"),
        ),
        default=UPDATE,
        required=False,
        description="What is done about types that exist. To make them the same also deletes templates that the file does "
        "not have, and empties their fields that it does not name.",
    )
    manufacturers = BooleanVar(
        label="Create manufacturers",
        default=True,
        description="Create manufacturers that do not exist. Capital letters make no difference to those that do.",
    )
    other = BooleanVar(
        label="Take unknown types for “other”",
        default=False,
        description="What to do about types of ports that this Nautobot does not know. Otherwise their files are refused.",
    )

    class Meta:
        name = "Import device types"
        description = "Create and update device types and module types from files of the devicetype-library."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 3600
        time_limit = 3900

    def run(self, *, file, existing=UPDATE, manufacturers=True, other=False, keep_good=False, dryrun=True, only_if=""):
        """Plan types, and execute the plan."""
        existing = existing or UPDATE
        request = f"{name_of(file)}; existing types: {existing}"

        @cache
        def definitions() -> tuple[list[Definition], int]:
            return _read(file, bool(other))

        return Changes(self, needs=_needs(existing, bool(manufacturers))).run(
            lambda plan: _plan(plan, *definitions(), existing, bool(manufacturers)),
            request=request,
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )


def _needs(existing: str, manufacturers: bool) -> dict[str, list[str]]:
    actions = ["view", "add", *([] if existing == LEAVE else ["change"])]
    needs = {"dcim.manufacturer": ["view", *(["add"] if manufacturers else [])]}
    needs |= dict.fromkeys(("dcim.devicetype", "dcim.moduletype"), actions)
    more = ["delete"] if existing == MIRROR else []
    return needs | {f"{kind.model}template": [*actions, *more] for kind in KINDS}


def _read(upload: Any, other: bool) -> tuple[list[Definition], int]:
    if not upload:
        raise RefusalError("File: choose a file.")
    unpacked = unpack(upload)
    # Other YAML of the library: types of racks, and what its makers test it with.
    texts = [text for text in unpacked.texts if not {"rack-types", "tests", "schema"} & set(text.path.split("/")[:-1])]
    if not texts:
        raise RefusalError("File: there is no YAML file with definitions in it.")
    found = [definition for text in texts for definition in read(text, other=other)]
    return found, unpacked.left_out + len(unpacked.texts) - len(texts)


def _plan(plan: Plan, definitions: list[Definition], left_out: int, existing: str, manufacturers: bool) -> None:
    if existing not in (LEAVE, UPDATE, MIRROR):
        raise RefusalError(f"Existing types: there is no {existing}. There are {LEAVE}, {UPDATE}, {MIRROR}.")
    bad = set()
    for label, problem in problems_of(definitions):
        bad.add(label)
        with plan.row(label):
            plan.problem(problem)
    good = [definition for definition in definitions if definition.label not in bad]
    TypePlanner(plan, good, existing, create_manufacturers=manufacturers).plan_all()
    if left_out:
        plan.remark(f"{left_out} files that are no definitions were left out.")
    ignored = Counter(each for definition in good for each in definition.ignored)
    for what, count in sorted(ignored.items()):
        plan.remark(f"{what} of {count} definitions was not imported: this Nautobot has no such field or value.")

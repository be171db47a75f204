"""A form with every type of variable, and the checks that no form can make."""

from django.conf import settings
from django.db.models import Model, QuerySet
from nautobot.apps.forms import StaticSelect2
from nautobot.apps.jobs import (
    BooleanVar,
    ChoiceVar,
    FileVar,
    IntegerVar,
    IPAddressVar,
    IPAddressWithMaskVar,
    IPNetworkVar,
    Job,
    JSONVar,
    MultiChoiceVar,
    MultiObjectVar,
    ObjectVar,
    StringVar,
    TextVar,
)
from nautobot.dcim.models import Device, Location, LocationType
from nautobot.extras.models import SecretsGroup
from nautobot.ipam.models import VLAN

name = "Examples"

DIRECTIONS = (("n", "North"), ("e", "East"), ("s", "South"), ("w", "West"))


class EveryVariable(Job):
    """Shows every type of variable with its options, and returns the Python type and the value that `run()` receives.

    The form has checked each value on its own before the Job starts. What it cannot know is checked here, and each
    problem is reported with the name of the field and what to enter instead:

    - fields that must agree: `ip_address` lies in `network`, `location` is of `location_type`;
    - the shape of `json_data`;
    - whether this user may see the selected objects. The lists in the form offer only what the user may see, but the
      form accepts any object's identifier, and so does the REST API: a selection is not an authorization.

    A password, token or community string is never a variable: variables are stored with the job result, with schedules
    and approvals. Let the user choose a secrets group instead, and fetch the value when it is used, with
    `secrets_group.get_secret_value(access_type, secret_type, obj=device)`. This Job only says which group was chosen.

    **Changes:** nothing.
    **Produces:** one log line for each selected object; the result lists every variable with type and value.
    **Needs:** the permission `view` on the selected objects.

    `dryrun` is shown by *Example: Add Notes*, reading the uploaded file by *Example: Files In and Out*.
    Nautobot guide: *Job Structure*, "Class Metadata Attributes" and "Variables".
    """

    string = StringVar(
        description="Two to eight lower-case letters: StringVar with min_length, max_length and regex.",
        label="Short text",
        default="core",
        min_length=2,
        max_length=8,
        regex=r"^[a-z]+$",
    )
    text = TextVar(description="Several lines of text: TextVar.", required=False)
    # A limit of 0 is ignored by IntegerVar, which takes it for "no limit".
    integer = IntegerVar(description="1 to 4094: IntegerVar with min_value and max_value.", min_value=1, max_value=4094)
    boolean = BooleanVar(description="Yes or no: BooleanVar, which is never required.", default=True)
    choice = ChoiceVar(
        description="One of four: ChoiceVar, with a widget of its own.", choices=DIRECTIONS, widget=StaticSelect2
    )
    choices = MultiChoiceVar(description="Some of four: MultiChoiceVar.", choices=DIRECTIONS, required=False)
    location_type = ObjectVar(
        description="Narrows the list of locations below: ObjectVar.", model=LocationType, required=False
    )
    location = ObjectVar(
        description="ObjectVar whose query_params name another variable, and with a null option.",
        model=Location,
        query_params={"location_type": "$location_type"},
        null_option="(no location)",
        required=False,
    )
    devices = MultiObjectVar(
        description="MultiObjectVar, limited to the location above and to two statuses.",
        model=Device,
        query_params={"location": "$location", "status": ["Active", "Planned"]},
        required=False,
    )
    vlan = ObjectVar(
        description="ObjectVar that displays a field of a related object: display_field, with depth to have it sent.",
        model=VLAN,
        display_field="vlan_group.name",
        query_params={"depth": 1},
        required=False,
    )
    device = ObjectVar(
        description="ObjectVar that displays a computed field, here one with the key `example`.",
        model=Device,
        display_field="computed_fields.example",
        query_params={"include": "computed_fields"},
        required=False,
    )
    file = FileVar(description="Any file: FileVar.", required=False)
    ip_address = IPAddressVar(
        description="An address without a mask, inside the network below: IPAddressVar.",
        label="IP address",
        default="192.0.2.10",
    )
    address_with_mask = IPAddressWithMaskVar(
        description="An address with its mask: IPAddressWithMaskVar.", default="192.0.2.10/24"
    )
    network = IPNetworkVar(
        description="A network of /8 to /30: IPNetworkVar with min_prefix_length and max_prefix_length.",
        default="192.0.2.0/24",
        min_prefix_length=8,
        max_prefix_length=30,
    )
    json_data = JSONVar(
        description='A JSON object of whole numbers, such as {"retries": 3}: JSONVar.', label="JSON", required=False
    )
    secrets_group = ObjectVar(
        description="Where a Job would get its credentials from: an ObjectVar of a secrets group, never a text field.",
        model=SecretsGroup,
        required=False,
    )

    class Meta:
        """Every attribute that a Job from a Git repository can use.

        Two are missing on purpose. ``template_name`` names a Django template for the form: Django finds templates in
        installed apps only, and a Git repository is none. ``approval_required`` is ignored from Nautobot 3.0 on, where
        approval workflows take its place. Everything is stated although most of it is the default, because a nested
        Meta does not inherit from the Meta of a base class.
        """

        name = "Example: Every Variable"
        # The first line is shown in the list of Jobs, all of it, as Markdown, on the Job's own page.
        description = """
            Show every type of variable and what the Job receives for it.

            Checks what a form cannot: *fields that must agree*, the shape of JSON, and permissions on selected objects.
        """
        field_order = ["string", "text", "integer", "boolean", "choice", "choices", "location_type", "location"]
        has_sensitive_variables = False  # True would keep the inputs out of the database and forbid scheduling
        hidden = True
        read_only = True  # for the reader's information; Nautobot does not enforce it
        dryrun_default = False  # no meaning without a DryRunVar
        is_singleton = False
        console_log_default = False  # Nautobot 3.1 and later; others ignore it
        soft_time_limit = 60
        time_limit = 120
        # Naming a queue creates it, so a Job that others install names the one that is certainly served.
        task_queues = [settings.CELERY_TASK_DEFAULT_QUEUE]

    def run(
        self,
        *,
        string,
        integer,
        choice,
        ip_address,
        address_with_mask,
        network,
        text="",
        boolean=True,
        choices=None,
        location_type=None,
        location=None,
        devices=None,
        vlan=None,
        device=None,
        file=None,
        json_data=None,
        secrets_group=None,
    ):
        """Return ``{variable: {"type": str, "value": ...}}``, or fail with one message for each problem found."""
        received = {
            "string": string,
            "text": text,
            "integer": integer,
            "boolean": boolean,
            "choice": choice,
            "choices": choices,
            "location_type": location_type,
            "location": location,
            "devices": devices,
            "vlan": vlan,
            "device": device,
            "file": file,
            "ip_address": ip_address,
            "address_with_mask": address_with_mask,
            "network": network,
            "json_data": json_data,
            "secrets_group": secrets_group,
        }
        selected = {field: value for field, value in received.items() if isinstance(value, Model)}
        problems = self._not_visible(selected, devices)
        # An object that the user may not see is not described to them either, so nothing else is looked at.
        if not problems:
            problems = disagreements(ip_address, address_with_mask, network, location_type, location)
            problems += malformed_json(json_data)
        for field, problem in problems:
            self.fail("Field `%s`: %s", field, problem)
        if problems:
            return {"problems": [f"{field}: {problem}" for field, problem in problems]}

        for field, value in selected.items():
            self.logger.info("Selected as `%s`", field, extra={"object": value})
        return {field: {"type": type(value).__name__, "value": plain(value)} for field, value in received.items()}

    def _not_visible(self, selected, devices):
        """Return ``(field, problem)`` for selected objects that this user may not view, without naming the objects."""
        problems = []
        for field, value in selected.items():
            if not type(value).objects.restrict(self.user, "view").filter(pk=value.pk).exists():
                permission = f"{value._meta.app_label}.view_{value._meta.model_name}"
                problems.append((field, f"select an object on which you have the permission {permission}."))
        if devices is not None:
            hidden = devices.count() - devices.restrict(self.user, "view").count()
            if hidden:
                problems.append(
                    ("devices", f"deselect the {hidden} device(s) on which you lack the permission dcim.view_device.")
                )
        return problems


def disagreements(ip_address, address_with_mask, network, location_type, location):
    """Return ``(field, problem)`` where two values are each valid but do not fit together."""
    problems = []
    if ip_address not in network:
        problems.append(("ip_address", f"{ip_address} is not in the network {network}; change one of the two."))
    if address_with_mask.version != network.version:
        problems.append(("address_with_mask", f"enter an IPv{network.version} address, like the network {network}."))
    if location and location_type and location.location_type_id != location_type.pk:
        problems.append(("location", f"select a location of the type {location_type}, or another location type."))
    return problems


def malformed_json(json_data):
    """Return ``(field, problem)`` unless `json_data` is empty or an object whose values are all whole numbers."""
    if json_data is None:
        return []
    if not isinstance(json_data, dict):
        return [("json_data", f'enter a JSON object such as {{"retries": 3}}, not a {type(json_data).__name__}.')]
    return [
        ("json_data", f"the value of {key!r} must be a whole number, not {value!r}.")
        for key, value in json_data.items()
        # In Python a bool is an int.
        if not isinstance(value, int) or isinstance(value, bool)
    ]


def plain(value):
    """Return `value` as something that JSON can carry: the result of a Job is stored as JSON."""
    if value is None or isinstance(value, (str, int, list, dict)):
        return value
    if isinstance(value, QuerySet):
        return [str(pk) for pk in value.values_list("pk", flat=True)]
    return str(value)

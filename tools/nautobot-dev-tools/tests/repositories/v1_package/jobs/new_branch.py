from django.utils.text import slugify

from nautobot.dcim.models import Device, DeviceRole, DeviceType, Manufacturer, Platform, Site
from nautobot.extras.jobs import *
from nautobot.extras.models import Status
from nautobot.ipam.models import IPAddress, Prefix, VLAN

name = "Branch rollout"


class NewBranch(Job):
    """Create a new branch with its switches"""

    class Meta:
        name = "New branch"
        description = "Provision a new branch site"
        field_order = ["site_name", "switch_count", "switch_model"]
        commit_default = False
        has_sensitive_variables = False

    site_name = StringVar(description="Name of the new site")
    switch_count = IntegerVar(description="Number of access switches to create")
    manufacturer = ObjectVar(model=Manufacturer, required=False)
    switch_model = ObjectVar(
        description="Access switch model",
        model=DeviceType,
        display_field="model",
        query_params={"manufacturer_id": "$manufacturer"},
    )

    def run(self, data, commit):
        status = Status.objects.get(slug="planned")
        site = Site(name=data["site_name"], slug=slugify(data["site_name"]), status=status)
        site.validated_save()
        self.log_success(obj=site, message="Created new site")

        role = DeviceRole.objects.get(slug="access-switch")
        for i in range(1, data["switch_count"] + 1):
            switch = Device(
                device_type=data["switch_model"],
                name=f"{site.slug}-switch{i}",
                site=site,
                status=status,
                device_role=role,
            )
            switch.save()
            self.log_success(switch, "Created new switch")

        output = ["name,make,model"]
        for switch in Device.objects.filter(site=site):
            attrs = [switch.name, switch.device_type.manufacturer.name, switch.device_type.model]
            output.append(",".join(attrs))
        if not commit:
            self.log_warning(message="Nothing was committed")
        return "\n".join(output)

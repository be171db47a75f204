from nautobot.dcim.choices import DeviceStatusChoices
from nautobot.dcim.models import ConsolePort, Device, PowerPort, Region, Site
from nautobot.extras.jobs import Job, BooleanVar, MultiObjectVar, ObjectVar


class DeviceConnections(Job):
    description = "Validate the minimum physical connections for each device"
    read_only = True

    region = ObjectVar(model=Region, required=False)
    sites = MultiObjectVar(model=Site, required=False, query_params={"region": "$region"})
    strict = BooleanVar(default=True)

    def test_console_connection(self):
        # Check that every console port for every active device has a connection defined.
        active = Status.objects.get_for_model(Device).get(slug="active")
        for console_port in ConsolePort.objects.prefetch_related("device").filter(device__status=active):
            if console_port.connected_endpoint is None:
                self.log_failure(
                    console_port.device,
                    "No console connection defined for {}".format(console_port.name)
                )
            elif not console_port.connection_status:
                self.log_warning(console_port.device, "Console connection for {} marked as planned".format(console_port.name))
            else:
                self.log_success(console_port.device)

    def test_power_connections(self):
        for device in Device.objects.filter(site__in=self.data["sites"]).filter(status__slug="active"):
            connected_ports = 0
            for power_port in PowerPort.objects.filter(device=device):
                if power_port.connected_endpoint is not None:
                    connected_ports += 1
            if connected_ports < 2:
                self.log_failure(device, f"{connected_ports} connected power supplies found (2 needed)")
            else:
                self.log_success(device)

    def post_run(self):
        if self.failed:
            self.log("There were failures: %s" % self.results)
        self.log_info(message=f"Run by {self.request.user}")
        self.job_result.data["extra"] = self.active_test


jobs = [DeviceConnections]

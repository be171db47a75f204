from nautobot.apps.jobs import Job, ObjectVar, BooleanVar
from nautobot.dcim.models import Location, Rack


class RackAudit(Job):
    location = ObjectVar(model=Location, description="Where")
    debug = BooleanVar()

    class Meta:
        name = "Rack audit"
        # TODO: what did commit_default do?
        commit_default = False

    def run(self, *args, **kwargs):
        data = kwargs
        for rack in Rack.objects.filter(location=kwargs["location"]):
            if kwargs.get("debug"):
                self.logger.debug(f"looking at {rack}")
            if not rack.asset_tag:
                self.log_failure(obj=rack, message="no asset tag")
            self.logger.info("%s ok", rack, extra={"object": rack})

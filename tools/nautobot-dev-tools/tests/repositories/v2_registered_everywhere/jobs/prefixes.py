import ipaddress

from nautobot.apps.jobs import DryRunVar, IPNetworkVar, Job, register_jobs
from nautobot.ipam.models import Namespace, Prefix


class SplitPrefix(Job):
    prefix = IPNetworkVar(description="To split")
    dryrun = DryRunVar()

    class Meta:
        name = "Split a prefix"
        has_sensitive_variables = False
        dryrun_default = True

    def run(self, prefix, dryrun):
        parent = Prefix.objects.get(prefix=str(prefix))
        for half in ipaddress.ip_network(str(prefix)).subnets():
            child = Prefix(prefix=str(half), namespace=parent.namespace, status=parent.status)
            if not dryrun:
                child.save()


JOBS = [SplitPrefix]
register_jobs(SplitPrefix)

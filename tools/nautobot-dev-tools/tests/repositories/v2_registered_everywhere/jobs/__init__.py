from company_jobs.jobs.vlans import jobs as vlan_jobs
from company_jobs.jobs import prefixes
from nautobot.core.celery import register_jobs

jobs = [*vlan_jobs] + prefixes.JOBS
for job in jobs:
    register_jobs(job)

from .audit import Audit
from nautobot.apps.jobs import register_jobs
register_jobs(Audit,)

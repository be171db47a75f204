from .racks import RackAudit
from .sites import *
from nautobot.core.celery import register_jobs

register_jobs(RackAudit)

"""Table of contents."""

from nautobot.apps.jobs import register_jobs

from .devices.replace import ReplaceSerial
from .receivers import OnPrefix, Recheck

register_jobs(OnPrefix, Recheck, ReplaceSerial)

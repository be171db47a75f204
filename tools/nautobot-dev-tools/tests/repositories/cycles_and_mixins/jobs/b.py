"""B imports A, A imports B."""
try:
    from nautobot.apps.jobs import Job, ObjectVar, StringVar, register_jobs
except ImportError:  # Nautobot 1
    from nautobot.extras.jobs import Job, ObjectVar, StringVar
    register_jobs = lambda *jobs: None
from .c import *


class Base(Job):
    when: str = StringVar(default="now")
    who = also = StringVar()

    class Meta:
        name = "Base"


if False:
    from .a import A

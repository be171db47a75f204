from nautobot.apps.jobs import register_jobs
from nautobot_thing.jobs import SyncThings

register_jobs(SyncThings)

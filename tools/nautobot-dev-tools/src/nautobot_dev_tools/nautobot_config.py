"""Settings of a Nautobot that the workbench runs: Nautobot's own, with addresses and folders from the environment.

A repository that needs Apps or settings of its own names a file in ``[tool.nautobot-jobs] config`` that starts with
``from nautobot_dev_tools.nautobot_config import *``.
"""

import os

from nautobot.core.settings import *  # noqa: F403
from nautobot.core.settings_funcs import parse_redis_connection

from nautobot_dev_tools import metrics

SECRET_KEY = (
    os.environ.get("NAUTOBOT_SECRET_KEY")
    or "not-a-secret-this-instance-is-for-development-only-and-listens-on-this-machine-only"
)
ALLOWED_HOSTS = os.environ.get("NAUTOBOT_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
# Also where files that Jobs make take the address of links into Nautobot from.
CSRF_TRUSTED_ORIGINS = [os.environ.get("NAUTOBOT_DEV_TOOLS_URL", "http://localhost:8080")]
INSTALLATION_METRICS_ENABLED = False
RELEASE_CHECK_URL = None

CACHES["default"]["LOCATION"] = parse_redis_connection(  # noqa: F405
    redis_database=int(os.environ.get("NAUTOBOT_DEV_TOOLS_REDIS_DATABASE", "0")) + 1
)
# A worker that dies must not leave its task to be run a second time an hour later.
CELERY_BROKER_TRANSPORT_OPTIONS = {**globals().get("CELERY_BROKER_TRANSPORT_OPTIONS", {}), "visibility_timeout": 86400}
LOGGING["loggers"]["nautobot"]["level"] = os.environ.get("NAUTOBOT_DEV_TOOLS_LOG_LEVEL", "INFO")  # noqa: F405

metrics.install()

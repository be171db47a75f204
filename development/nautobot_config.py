"""Settings of the Nautobot in the containers: Nautobot's own, from the environment (development.env, creds.env)."""

import os

from nautobot.core.settings import *  # noqa: F403

SECRET_KEY = os.environ["NAUTOBOT_SECRET_KEY"]
ALLOWED_HOSTS = os.environ.get("NAUTOBOT_ALLOWED_HOSTS", "localhost 127.0.0.1 nautobot").split()
# Also where files that Jobs make take the address of links into Nautobot from.
CSRF_TRUSTED_ORIGINS = [f"http://localhost:{os.environ.get('NAUTOBOT_PORT', '8080')}"]
RELEASE_CHECK_URL = None

if DATABASES["default"]["ENGINE"].endswith("mysql"):  # noqa: F405
    DATABASES["default"]["OPTIONS"] = {"charset": "utf8mb4"}  # noqa: F405

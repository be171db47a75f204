"""``python -m nautobot_dev_tools`` is ``nautobot-jobs``."""

from .cli import main

main()

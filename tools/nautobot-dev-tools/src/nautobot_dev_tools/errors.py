"""The one exception that means: tell the user what to do, without a traceback."""


class DevToolsError(Exception):
    """A problem that the user can solve; the message says how."""

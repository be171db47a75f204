"""A workbench for repositories of Nautobot Jobs: boots a real Nautobot in seconds, syncs, runs, rehearses and tests."""

from importlib.metadata import version

__version__ = version("nautobot-dev-tools")

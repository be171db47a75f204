"""A workbench for repositories of Nautobot Jobs: boots a real Nautobot in seconds, syncs, runs, rehearses and tests."""

__version__ = "0.1.0"

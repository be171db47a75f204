"""A workbench for repositories of Nautobot Jobs: boots a real Nautobot in seconds, syncs, runs, rehearses and tests."""

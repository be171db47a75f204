"""Brings Jobs that were written for an older Nautobot to a newer one."""

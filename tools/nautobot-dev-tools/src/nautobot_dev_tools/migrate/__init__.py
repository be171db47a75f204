"""Migrating a repository of Jobs from one Nautobot to another: what is certain is changed, the rest is marked for a person."""

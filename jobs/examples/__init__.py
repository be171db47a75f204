"""The pages of Nautobot's guide "Developing Jobs" as running code, and the conformance test of a Nautobot version.

Hidden in the UI by default. ``docs/development/guide-coverage.md`` says which page is shown where.
"""

"""The checks as data compliance rules, for those who let this Git repository provide *data compliance rules* as well.

Nautobot 3.0 or newer. It then asks each check about an object whenever that is saved, one query a check: for devices that is
half a second or so. The audits' *Record as data compliance* writes the same for all objects at once.
"""

from .jobs.audits.scorecard import CHECKS
from .jobs.toolkit.rules import rules_of

# Nautobot looks for classes among the names of this module.
globals().update(rules_of(CHECKS))

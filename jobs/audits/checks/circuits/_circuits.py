"""What the circuit checks share."""

from ....toolkit.checks import Parameter

ACTIVE = Parameter(("Active",), "Names of the statuses of circuits that are in use.")

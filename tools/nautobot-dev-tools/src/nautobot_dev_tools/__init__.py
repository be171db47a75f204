"""nautobot-dev-tools."""

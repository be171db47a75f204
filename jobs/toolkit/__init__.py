"""What Jobs share: scope, findings, reports, access, differences between Nautobot versions. No Job classes."""

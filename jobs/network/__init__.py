"""Jobs that talk to devices and to other systems."""

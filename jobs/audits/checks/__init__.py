"""The checks, a folder for each audit Job and a file for each check."""

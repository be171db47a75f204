"""Receivers of job buttons and job hooks: a few lines each, over the checks and changes that exist."""

"""Jobs that change the source of truth: each makes a plan, which can be read, applied exactly as read, and undone."""

"""``nautobot-jobs new``: scaffolds Jobs with test, exercise and registration, and whole repositories of Jobs."""

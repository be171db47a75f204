"""``nautobot-jobs check``: rules that a repository of Jobs keeps, told from its text alone."""

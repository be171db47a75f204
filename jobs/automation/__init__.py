"""Jobs that operate Nautobot's own automation: enabling, schedules, hooks, buttons, health, access."""

"""A repository of Jobs as text: its files, modules and Job classes, told without executing a line of it."""

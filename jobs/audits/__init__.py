"""Read-only Jobs: each runs the checks of one domain over a scope and reports what it finds."""

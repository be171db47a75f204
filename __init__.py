"""A collection of Jobs for Nautobot; see README.md. Nautobot imports this package, so it holds nothing else."""

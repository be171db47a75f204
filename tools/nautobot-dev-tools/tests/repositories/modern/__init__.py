"""Jobs for Nautobot 3."""

"""Scenarios of two runs, put to every tool that tells a duplicate."""

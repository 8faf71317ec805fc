"""Clones of one journal, brought together."""

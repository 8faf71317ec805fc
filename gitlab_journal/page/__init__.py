"""The text of a page: its YAML, its sections, its blocks."""

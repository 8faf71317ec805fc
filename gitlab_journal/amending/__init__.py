"""Changes of an entry that declare themselves."""

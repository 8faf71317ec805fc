"""What became of an entry, read from the history."""

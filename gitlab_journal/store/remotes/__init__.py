"""Other repositories of the journal, and what was seen there."""

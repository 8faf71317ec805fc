"""The journal's git repository: objects, branch, and the records that outlive a crash."""

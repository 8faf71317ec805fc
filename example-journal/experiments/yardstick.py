"""The runs on raw inputs, which the later experiments compare with."""

from gitlab_journal import Journal


def raw_run(seed):
    """Return the entry of the network on raw inputs from this seed."""
    return next(entry for entry in Journal().entries() if entry.title == f"Raw inputs, seed {seed}")

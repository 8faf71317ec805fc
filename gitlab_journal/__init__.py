"""git + lab journal: a plain-text lab notebook for machine learning, kept in git."""

__version__ = "0.1.0"

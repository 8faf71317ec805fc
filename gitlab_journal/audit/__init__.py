"""What `glj verify` finds in the history of a journal."""

from gitlab_journal.audit.audit import Report, audit
from gitlab_journal.audit.finding import CODES, NOTES, Finding

__all__ = ["CODES", "NOTES", "Finding", "Report", "audit"]

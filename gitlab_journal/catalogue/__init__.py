"""What all pages say, in SQLite: derived, so that it may be deleted at any time."""

from gitlab_journal.catalogue.alike import Alike
from gitlab_journal.catalogue.catalogue import Catalogue
from gitlab_journal.catalogue.query import Condition, Query
from gitlab_journal.catalogue.row import Damage, Row

__all__ = ["Alike", "Catalogue", "Condition", "Damage", "Query", "Row"]

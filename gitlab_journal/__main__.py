"""The command line, as `python -m gitlab_journal`."""

from gitlab_journal.cli import main

main()

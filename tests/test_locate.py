import pytest

from gitlab_journal.errors import ArgumentError, JournalNotFoundError
from gitlab_journal.locate import locate_journal, switched_off


@pytest.fixture
def here(tmp_path, monkeypatch):
    project = tmp_path / "digits"
    project.mkdir()
    monkeypatch.chdir(project)
    return project


def with_cover(folder):
    folder.mkdir(exist_ok=True)
    (folder / "journal.md").touch()
    return folder


def test_the_argument_comes_first(here, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", str(here / "variable"))

    assert here / "given" == locate_journal(here / "given")


def test_then_the_variable(here, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", str(here / "variable"))
    (here / "pyproject.toml").write_text("[tool.gitlab-journal]\npath = 'configured'\n")

    assert here / "variable" == locate_journal()


def test_then_the_nearest_pyproject(here):
    (here / "pyproject.toml").write_text("[tool.gitlab-journal]\npath = '../configured'\n")
    with_cover(here)

    assert here.parent / "configured" == locate_journal()


def test_then_a_cover_here_or_above(here, monkeypatch):
    with_cover(here)
    (here / "deep").mkdir()
    monkeypatch.chdir(here / "deep")

    assert here == locate_journal(project=here / "deep")


def test_then_the_sibling(here):
    sibling = with_cover(here.parent / "digits-journal")

    assert sibling == locate_journal()


def test_none_is_an_error_that_names_what_to_type(here):
    with pytest.raises(JournalNotFoundError, match=r"glj init \.\./digits-journal"):
        locate_journal()


def test_a_path_that_is_no_string_is_refused_with_the_file(here):
    (here / "pyproject.toml").write_text("[tool.gitlab-journal]\npath = 3\n")

    with pytest.raises(ArgumentError, match=r"pyproject\.toml.*must be a string"):
        locate_journal()


def test_off_switches_the_journal_off(monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", "OFF")

    assert switched_off()

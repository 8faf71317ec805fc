from __future__ import annotations

import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.data import describe_data


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("a.csv", "b.csv", "notes.txt", ".hidden.csv", "inner/c.csv", "inner/deep/d.csv"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*.csv", "b.csv", "notes.txt"),
        ("*.csv", "a.csv", ".hidden.csv"),
        ("[!b].csv", "a.csv", "b.csv"),
        ("?.csv", "a.csv", "inner/c.csv"),
        ("**/*.csv", "a.csv", "notes.txt"),
        ("**/*.csv", "inner/deep/d.csv", "notes.txt"),
        ("*/*.csv", "inner/c.csv", "inner/deep/d.csv"),
        ("**", "inner/deep/d.csv", ".hidden.csv"),
        ("i*", "inner/deep/d.csv", "a.csv"),
        (".*.csv", ".hidden.csv", "a.csv"),
    ],
)
def test_the_files_that_match_count_and_no_others(folder, pattern, inside, outside):
    before = data_hash(folder / pattern)
    (folder / outside).write_text("changed")

    assert before == data_hash(folder / pattern)

    (folder / inside).write_text("changed")

    assert before != data_hash(folder / pattern)


def test_a_pattern_is_the_same_as_text_as_a_path_and_from_another_folder(folder, monkeypatch):
    expected = data_hash(folder / "*.csv")

    assert expected == data_hash("data/*.csv")
    assert expected == data_hash(str(folder / "*.csv"))

    monkeypatch.chdir(folder)

    assert expected == data_hash("*.csv")
    assert expected == data_hash("./*.csv")


def test_another_pattern_for_the_same_files_is_the_same_data(folder):
    assert data_hash("data/[ab].csv") == data_hash("data/*.csv")


def test_a_file_renamed_added_or_gone_counts(folder):
    found = [data_hash("data/*.csv")]
    (folder / "c.csv").write_text("new")
    found.append(data_hash("data/*.csv"))
    (folder / "c.csv").rename(folder / "d.csv")
    found.append(data_hash("data/*.csv"))
    (folder / "d.csv").unlink()

    assert 3 == len(set(found))
    assert found[0] == data_hash("data/*.csv")


@pytest.mark.parametrize("pattern", ["data/*.parquet", "nowhere/*.csv", "*.csv"])
def test_a_pattern_that_matches_nothing_is_refused(folder, pattern):
    with pytest.raises(DescriptionError, match=r"^data\.files: .*(no file matches|cannot be read)"):
        data_hash({"files": pattern})


@pytest.mark.parametrize(
    "text", ["Who are you?", "2 * 3 [m]", "https://example.org/?page=*", "a*\nb"]
)
def test_prose_and_addresses_stay_text(folder, text):
    assert data_hash(text) == data_hash(text)
    assert "str" == describe_data({"text": text}).rows["text"]["type"]


def test_a_file_whose_name_holds_a_wildcard_is_that_file(folder):
    (folder / "a[1].csv").write_text("one")

    assert data_hash(folder / "a[1].csv") == data_hash(str(folder / "a[1].csv"))
    assert "file" == describe_data({"x": folder / "a[1].csv"}).rows["x"]["type"]


def test_links_in_a_circle_end(folder):
    (folder / "inner" / "loop").symlink_to(folder)
    before = data_hash("data/**/*.csv")
    (folder / "inner" / "deep" / "d.csv").write_text("changed")

    assert before != data_hash("data/**/*.csv")


def test_a_list_of_texts_that_all_name_files_counts_by_content(folder):
    files = ["data/a.csv", "data/b.csv"]
    before = data_hash(files)

    assert before == data_hash([folder / "a.csv", folder / "b.csv"])
    assert before == data_hash(tuple(files))
    assert before != data_hash(files[::-1])

    (folder / "b.csv").write_text("changed")

    assert before != data_hash(files)


def test_a_list_of_words_stays_words(folder):
    words = data_hash(["data/a.csv", "and", "other words"])
    (folder / "a.csv").write_text("changed")

    assert words == data_hash(["data/a.csv", "and", "other words"])


def test_a_mapping_of_texts_that_name_files_counts_by_content(folder):
    splits = {"train": "data/a.csv", "test": "data/*.csv"}
    before = data_hash({"splits": splits})
    (folder / "b.csv").write_text("changed")

    assert before != data_hash({"splits": splits})


def test_the_page_calls_a_pattern_files(folder):
    assert "files" == describe_data({"x": "data/*.csv"}).rows["x"]["type"]

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from gitlab_journal.catalogue import Catalogue, Query
from gitlab_journal.catalogue.named import (
    base_and_version,
    base_of,
    columns_key,
    names_of_all,
    version_of,
    versioned,
)
from gitlab_journal.entry import Entry, draft, page_path
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADA = Author("Ada Example", "ada@example.org")
COLUMNS = {"rooms": "00000000", "price": "11111111"}


def hashed(digits):
    return f"xxh3_128:{digits}"


def entry(number, *, dataset=None, whole=None, **rows):
    """A page whose data rows are name, digest and more."""
    moment = NOON + timedelta(minutes=number)
    front = {"id": f"{moment:%Y%m%d-%H%M%S}-00k7m{number}", "date": moment, "status": "done"}
    front |= {"dataset": dataset, "data_hash": whole and hashed(whole), "format": 1}
    data = {
        argument: {"name": name, **more, "hash": hashed(digits)}
        for argument, (name, digits, more) in rows.items()
    }
    return draft(front=front, title=f"Number {number}", data=data)


@pytest.fixture
def journal(tmp_path):
    return Repository.create(tmp_path / "journal", {"journal.md": b"# J\n"}, message="Begin")


@pytest.fixture
def filled(journal):
    def fill(*pages):
        made = {str(page_path(page.id, page.title)): page.render().encode() for page in pages}
        journal.commit(made, message="pages", author=ADA, date=NOON)
        catalogue = Catalogue(journal)
        catalogue.refresh()
        return catalogue

    return fill


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("digits", ("digits", 1)),
        ("digits (2)", ("digits", 2)),
        ("digits (12)", ("digits", 12)),
        ("digits (1)", ("digits (1)", 1)),
        ("digits (8x8)", ("digits (8x8)", 1)),
    ],
)
def test_a_name_holds_its_version(name, parts):
    assert parts == base_and_version(name)
    assert name == versioned(*parts)


def test_the_newest_name_of_the_same_data_counts_with_its_rows(filled):
    catalogue = filled(
        entry(1, dataset="digits", whole="a", X=("digits", "1", {})),
        entry(2, dataset="pixels", whole="a", X=("pixels", "1", {})),
        entry(3, whole="a", X=(None, "1", {})),
        entry(4, dataset="iris", whole="b", X=("iris", "2", {})),
    )
    found = catalogue.ask(lambda database: names_of_all(database, hashed("a")))

    assert ("pixels", {hashed("1"): "pixels"}) == found
    assert catalogue.ask(lambda database: names_of_all(database, hashed("c"))) is None


@pytest.mark.parametrize(
    ("digests", "version"),
    [
        ("12", 1),  # the same
        ("1", 1),  # less of it
        ("123", 1),  # more of it
        ("32", 3),  # other values, the same labels
        ("4", 2),
        ("42", 2),
        ("5", 3),
    ],
)
def test_data_are_a_version_that_lacks_nothing_of_them_or_they_of_it(filled, digests, version):
    catalogue = filled(
        entry(1, X=("digits", "1", {}), y=("digits", "2", {})),
        entry(2, X=("digits (2)", "4", {}), y=("digits (2)", "2", {})),
        entry(3, X=("iris", "5", {})),
    )
    wanted = {hashed(digit) for digit in digests}

    assert version == catalogue.ask(lambda database: version_of(database, "digits", wanted))


def test_a_name_that_nobody_used_begins_with_the_first_version(filled):
    catalogue = filled(entry(1, X=("iris", "1", {})))

    assert 1 == catalogue.ask(lambda database: version_of(database, "digits", {hashed("1")}))


def test_a_table_is_recognised_by_its_digest_else_by_its_columns(filled):
    table = {"type": "DataFrame", "shape": [9, 2], "dtype": "int64", "columns": COLUMNS}
    catalogue = filled(
        entry(1, X=("houses (2)", "1", table)), entry(2, X=("matrix", "2", {"shape": [9, 2]}))
    )

    def base(digits, **more):
        row = {**table, **more, "hash": hashed(digits)}
        return catalogue.ask(lambda database: base_of(database, row))

    assert "houses" == base("1", columns={})
    assert "matrix" == base("2")
    assert "houses" == base("3", shape=[5, 2], columns={"rooms": "4", "price": "5"})
    assert base("3", dtype="float64") is None
    assert base("3", columns={"price": "5", "rooms": "4"}) is None
    assert base("3", columns={}) is None


def test_one_column_or_columns_without_labels_recognise_nothing():
    assert columns_key({"dtype": "int64", "columns": {"rooms": "0"}}) is None
    assert columns_key({"dtype": "int64", "columns": {"0": "0", "1": "1"}}) is None
    assert columns_key({"dtype": "int64", "columns": COLUMNS})


def test_an_edited_page_gives_its_data_the_new_name(filled):
    filled(entry(1, dataset="digits", whole="a", X=("digits", "1", {})))
    catalogue = filled(entry(1, dataset="pixels", whole="a", X=("pixels", "1", {})))

    assert 1 == catalogue.ask(lambda database: version_of(database, "digits", {hashed("2")}))
    assert 2 == catalogue.ask(lambda database: version_of(database, "pixels", {hashed("2")}))


def test_rows_without_a_name_or_a_digest_stop_nothing(filled):
    page = entry(1, X=("digits", "1", {}))
    written = 'X: {name: digits, hash: "xxh3_128:1"}'
    text = page.render().replace(written, "X: {name: digits}\ny: {hash: three}")
    catalogue = filled(Entry.parse(text))

    assert "y: {hash: three}" in text
    assert ([], 1) == (catalogue.damaged(), len(catalogue.rows()))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("digits", "321"),
        ("digits (2)", "32"),
        ("iris", "3"),
        ("iris, digits (2)", "3"),
        ("digit", ""),
        ("digits (", ""),
    ],
)
def test_a_search_finds_every_version_of_a_data_set_among_others(filled, asked, found):
    catalogue = filled(
        entry(1, dataset="digits"),
        entry(2, dataset="digits (2)"),
        entry(3, dataset="iris, digits (2)"),
        entry(4, dataset="olivetti digits"),
        entry(5),
    )

    assert list(found) == [row.id[-1] for row in catalogue.search(Query(dataset=asked))]


def test_every_question_uses_an_index(journal):
    Catalogue(journal).refresh()
    questions = [
        """SELECT path, dataset FROM pages WHERE data_hash = ? AND dataset IS NOT NULL
           ORDER BY date DESC LIMIT 1""",
        "SELECT base FROM named WHERE hash = ? ORDER BY base, version LIMIT 1",
        "SELECT base FROM named WHERE columns = ? ORDER BY rowid DESC LIMIT 1",
        "SELECT min(version) FROM named WHERE hash = ? AND base = 'a' AND version > 1",
        "SELECT min(hash) FROM named WHERE base = ? AND version = 1 AND hash > ''",
        "SELECT max(version) FROM named WHERE base = ?",
        "SELECT hash, base, version FROM named WHERE path = ?",
    ]
    with closing(sqlite3.connect(journal.state / "catalogue.sqlite")) as database:
        plans = [
            " ".join(row[-1] for row in database.execute(f"EXPLAIN QUERY PLAN {one}", ["x"]))
            for one in questions
        ]

    assert [] == [plan for plan in plans if "INDEX" not in plan or "TEMP B-TREE" in plan]

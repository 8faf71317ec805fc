import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from gitlab_journal.catalogue import Catalogue, Condition, Query
from gitlab_journal.entry import Entry, draft, page_path
from gitlab_journal.errors import ArgumentError, EntryNotFoundError, PageError, StoreError
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADA = Author("Ada Example", "ada@example.org")
BROKEN = "entries/2026/03/01/20260301-130000-00zzzz-broken.md"


def identity(number):
    return f"{NOON + timedelta(minutes=number):%Y%m%d-%H%M%S}-00k7m{number}"


def entry(number, *, title="Wider", params=None, defaults=None, metrics=None, prose="", **front):
    values = {"id": identity(number), "author": "Ada Example", "status": "done"}
    values |= {"date": NOON + timedelta(minutes=number), "format": 1}
    page = draft(
        front=values | front,
        title=title,
        hypothesis=prose,
        params=params or {},
        defaults=defaults or {},
    )
    return page.set_block("metrics", metrics) if metrics else page


def path_of(page):
    return str(page_path(page.id, page.title))


@pytest.fixture
def journal(tmp_path):
    return Repository.create(tmp_path / "journal", {"journal.md": b"# J\n"}, message="Begin")


@pytest.fixture
def catalogue(journal):
    return Catalogue(journal)


def commit(journal, *pages, **files):
    made = {path_of(page): page.render().encode() for page in pages}
    made |= {path: content.encode() for path, content in files.items()}
    new = journal.commit(made, message="pages", author=ADA, date=NOON)
    journal.flush()
    return new


def ids(rows):
    return [row.id[-1] for row in rows]


def test_a_row_holds_what_its_page_says(journal, catalogue):
    page = entry(
        1,
        params={"svc": {"C": 10.0}},
        metrics={"accuracy": 0.99},
        prose="Because it is wide.",
        verdict="supported",
        prediction="accuracy > 0.9",
        tags=["wide", "svm, linear"],
        score=0.99,
        data_hash="xxh3_128:00",
    )
    commit(journal, page)
    catalogue.refresh()
    (row,) = catalogue.rows()

    assert path_of(page) == row.path
    assert page.render().encode() == journal.blobs([row.blob])[row.blob]
    for name in ("id", "title", "verdict", "prediction", "tags", "score", "date", "data_hash"):
        assert getattr(page, name) == getattr(row, name)
    assert {"svc": {"C": 10.0}} == row.params
    assert {"accuracy": 0.99} == row.metrics
    assert "Because it is wide." in row.text
    assert row.grid is None


def test_rows_are_newest_first_or_those_asked_for(journal, catalogue):
    commit(journal, *(entry(number) for number in range(4)))
    catalogue.refresh()

    assert ["3", "2", "1", "0"] == ids(catalogue.rows())
    assert ["2", "0"] == ids(catalogue.rows(identity(0), identity(2)))


def test_a_refresh_reads_only_what_changed(journal, catalogue, monkeypatch):
    commit(journal, entry(1), entry(2))
    catalogue.refresh()
    commit(journal, entry(2, title="Wider").set(verdict="refuted"))
    read = []
    blobs = journal.blobs
    monkeypatch.setattr(journal, "blobs", lambda wanted: blobs(read.extend(w := list(wanted)) or w))
    catalogue.refresh()
    catalogue.refresh()

    assert 1 == len(read)
    assert ["refuted", None] == [row.verdict for row in catalogue.rows()]


def test_a_page_that_is_removed_or_moved_follows(journal, catalogue):
    commit(journal, entry(1), entry(2))
    catalogue.refresh()
    git(journal, "rm", "-q", path_of(entry(1)))
    git(journal, "mv", path_of(entry(2)), "entries/mine.md")
    git(journal, "commit", "-qm", "tidy")
    catalogue.refresh()

    assert ["entries/mine.md"] == [row.path for row in catalogue.rows()]


def git(journal, *arguments):
    subprocess.run(["git", *arguments], cwd=journal.root, check=True, capture_output=True)


def test_a_rewritten_history_is_read_anew(journal, catalogue):
    commit(journal, entry(1))
    begin = journal.objects.parents_of(journal.head())[0]
    catalogue.refresh()
    git(journal, "reset", "-q", "--hard", begin)
    git(journal, "reflog", "expire", "--expire=now", "--all")
    git(journal, "gc", "-q", "--prune=now")
    other = Repository.open(journal.root)
    commit(other, entry(2))
    fresh = Catalogue(other)
    fresh.refresh()

    assert ["2"] == ids(fresh.rows())


def test_attachments_are_no_pages_and_cells_are(journal, catalogue):
    cell = entry(2, grid=identity(1))
    beside = f"entries/2026/03/01/{identity(1)}"
    files = {
        f"{beside}/notes.md": "# attached",
        f"{beside}/grid/more.md": "# attached to the grid",
        f"{beside}/{identity(2)}-cell.md": cell.render(),
        "entries/README.txt": "no page",
        "README.md": "no page",
    }
    commit(journal, **files)
    catalogue.refresh()

    assert [f"{beside}/{identity(2)}-cell.md"] == [row.path for row in catalogue.rows()]
    assert [] == catalogue.damaged()


def test_the_page_of_a_grid_is_found_by_its_id_alone(journal, catalogue):
    commit(journal, entry(1, grid=identity(1)), entry(2, grid=identity(1)))
    catalogue.refresh()

    assert ["2"] == ids(catalogue.rows())
    assert ["2"] == ids(catalogue.search(Query()))
    assert ["2"] == ids(catalogue.find(data_hash=None))
    assert identity(1) == catalogue.resolve(identity(1)).id


def test_a_damaged_page_is_named_until_it_is_mended(journal, catalogue):
    commit(journal, entry(1), **{BROKEN: "---\nid: a\nid: b\n---\n"})
    catalogue.refresh()
    (damage,) = catalogue.damaged()

    assert ["1"] == ids(catalogue.rows())
    assert (BROKEN, 3) == (damage.path, damage.line)
    assert isinstance(damage.as_error(), PageError)
    with pytest.raises(PageError, match=damage.reason):
        catalogue.resolve("zzzz")
    commit(journal, **{BROKEN: entry(3).render()})
    catalogue.refresh()
    assert [] == catalogue.damaged()
    assert ["3", "1"] == ids(catalogue.rows())


@pytest.mark.parametrize(
    "text",
    ["", "no front matter", "---\nid: 3\n", "\ufeff", "---\nformat: 99999999999999999999\n---\n"],
)
def test_no_page_is_skipped_silently(journal, catalogue, text):
    commit(journal, **{BROKEN: text})
    catalogue.refresh()

    assert [BROKEN] == [damage.path for damage in catalogue.damaged()]


def test_a_page_that_is_not_utf8_is_damaged(journal, catalogue):
    journal.commit({BROKEN: b"\xff\xfe"}, message="m", author=ADA, date=NOON)
    catalogue.refresh()

    assert [BROKEN] == [damage.path for damage in catalogue.damaged()]


def test_a_file_name_that_is_not_utf8_stops_nothing(journal, catalogue):
    folder = journal.root / "entries"
    folder.mkdir()
    with open(os.fsencode(folder) + b"/\xff.md", "w") as file:  # noqa: PTH123 - no text
        file.write("damaged")
    git(journal, "add", ".")
    git(journal, "commit", "-qm", "odd")
    catalogue.refresh()

    assert ["entries/?.md"] == [damage.path for damage in catalogue.damaged()]
    git(journal, "rm", "-q", "-r", "entries")
    git(journal, "commit", "-qm", "gone")
    catalogue.refresh()
    assert [] == catalogue.damaged()


def test_half_a_character_in_a_title_stops_nothing(journal, catalogue):
    page = entry(1).set(model="x")
    commit(journal, **{path_of(page): page.render().replace("model: x", r'model: "\uD800"')})
    catalogue.refresh()

    assert 1 == len(catalogue.rows()) + len(catalogue.damaged())


def test_find_looks_for_any_subset_of_digests(journal, catalogue):
    digest = "xxh3_128:0{}".format
    commit(
        journal,
        entry(1, params_hash=digest(1), data_hash=digest(2), code_hash=digest(3)),
        entry(2, params_hash=digest(1), data_hash=digest(2), code_hash=digest(4)),
        entry(3, params_hash=digest(1), data_hash=digest(2), state_hash=digest(5)),
        entry(4, params_hash=digest(1)),
    )
    catalogue.refresh()

    assert ["4", "3", "2", "1"] == ids(catalogue.find(params_hash=digest(1)))
    assert ["2", "1"] == ids(catalogue.find(data_hash=digest(2), state_hash=None))
    assert ["1"] == ids(catalogue.find(params_hash=digest(1), code_hash=digest(3)))
    assert ["4"] == ids(catalogue.find(params_hash=digest(1), data_hash=None))
    assert [] == catalogue.find(params_hash=digest(9))


def test_find_knows_no_other_digest(catalogue):
    with pytest.raises(ArgumentError, match="tree_hash"):
        catalogue.find(tree_hash="x")


def test_find_uses_an_index(journal, catalogue):
    catalogue.refresh()
    plans = []
    with closing(sqlite3.connect(journal.state / "catalogue.sqlite")) as database, database:
        for names in (
            ("params_hash", "data_hash", "state_hash", "code_hash"),
            ("config_hash", "data_hash", "state_hash"),
            ("data_hash",),
            ("code_hash",),
        ):
            where = " AND ".join(f"{name} IS ?" for name in names)
            query = f"EXPLAIN QUERY PLAN SELECT * FROM pages WHERE {where}"  # noqa: S608 - ours
            plans.append((names[0], database.execute(query, names).fetchone()[-1]))

    for name, plan in plans:
        assert f"USING INDEX by_{name.removesuffix('_hash')}" in plan


QUERIES = {
    "text in a title, in any case": (Query(text="DEEPER"), "2"),
    "text in the prose, in any script": (Query(text="größer"), "1"),
    "a verdict": (Query(verdict="refuted"), "2"),
    "no verdict": (Query(verdict="exploratory"), "31"),
    "a status": (Query(status="failed"), "3"),
    "a whole tag": (Query(tag="wide"), "1"),
    "no part of a tag": (Query(tag="wid"), ""),
    "the end of a class": (Query(model="SVC"), "1"),
    "no part of a class name": (Query(model="VC"), ""),
    "a whole class": (Query(model="sklearn.svm.SVC"), "1"),
    "a data set": (Query(dataset="digits"), "21"),
    "a part of the author": (Query(author="ada"), "321"),
    "since": (Query(since=NOON + timedelta(minutes=2)), "32"),
    "until": (Query(until=NOON + timedelta(minutes=2)), "21"),
    "limit": (Query(limit=2), "32"),
    "limit zero": (Query(limit=0), ""),
    "all at once": (Query(text="deeper", verdict="refuted", dataset="digits"), "2"),
    "like is no pattern": (Query(text="%"), ""),
    "a param": (Query(conditions=(Condition("C", "==", "10"),)), "1"),
    "a dotted param": (Query(conditions=(Condition("svc.C", ">=", 1),)), "21"),
    "a part of a dotted path": (Query(conditions=(Condition("vc.C", ">=", 1),)), ""),
    "a param left alone": (Query(conditions=(Condition("kernel", "=", "RBF"),)), "1"),
    "a metric": (Query(conditions=(Condition("accuracy", "<", "0.95"),)), "2"),
    "a metric that is absent": (Query(conditions=(Condition("accuracy", "!=", "0.5"),)), "21"),
    "a number of the front matter": (Query(conditions=(Condition("duration", ">", 5),)), "2"),
    "a word for a number": (Query(conditions=(Condition("C", "==", "many"),)), ""),
    "a truth": (Query(conditions=(Condition("shuffle", "==", "true"),)), "3"),
    "two conditions": (
        Query(conditions=(Condition("C", ">", 0), Condition("accuracy", ">", 0.95))),
        "1",
    ),
    "a condition with a limit": (Query(conditions=(Condition("C", ">", 0),), limit=1), "2"),
    "sort": (Query(sort=("accuracy",)), "213"),
    "sort, largest first": (Query(sort=("-accuracy",)), "123"),
    "sort by a param": (Query(sort=("C",)), "213"),
    "sort by a column": (Query(sort=("title",)), "231"),
    "sort by two": (Query(sort=("dataset", "-title")), "123"),
    "sort with a limit": (Query(sort=("-C",), limit=1), "1"),
}


@pytest.fixture
def found(journal, catalogue):
    commit(
        journal,
        entry(
            1,
            params={"svc": {"C": 10.0}},
            defaults={"svc": {"kernel": "rbf"}},
            metrics={"accuracy": 0.99},
            prose="GRÖSSER ist besser.",
            model="sklearn.svm.SVC",
            dataset="digits",
            tags=["wide"],
        ),
        entry(
            2,
            title="Deeper",
            params={"svc": {"C": 2}},
            metrics={"accuracy": 0.9},
            dataset="digits",
            verdict="refuted",
            duration=7.5,
        ),
        entry(3, title="Failing", params={"shuffle": True}, status="failed", tags=["wider"]),
    )
    catalogue.refresh()
    return catalogue


@pytest.mark.parametrize(("query", "expected"), QUERIES.values(), ids=QUERIES.keys())
def test_search_finds(found, query, expected):
    assert list(expected) == ids(found.search(query))


def test_a_condition_needs_a_comparison_that_exists():
    with pytest.raises(ArgumentError, match="=~"):
        Condition("C", "=~", "1")


def test_an_id_is_resolved_by_its_beginning_or_its_end(found):
    assert identity(1) == found.resolve("k7m1").id
    assert identity(1) == found.resolve("K7M1 ").id
    assert identity(2) == found.resolve("20260301-1202").id
    assert identity(2) == found.resolve(identity(2)).id


def test_an_id_that_several_entries_have_names_them(found):
    with pytest.raises(EntryNotFoundError, match=rf"3 entries.*\n.*{identity(3)}  Failing"):
        found.resolve("2026")


@pytest.mark.parametrize("word", ["nope", "", "%", "_"])
def test_an_id_that_no_entry_has_is_refused(found, word):
    with pytest.raises(EntryNotFoundError, match="no entry"):
        found.resolve(word)


def test_a_commit_of_ours_is_taken_over_without_reading(journal, catalogue, monkeypatch):
    commit(journal, entry(1))
    catalogue.refresh()
    new = commit(journal, entry(2))
    blob = journal.objects.find(journal.objects.tree_of(new), path_of(entry(2))).object
    catalogue.advance(new, {path_of(entry(2)): (blob, entry(2))})
    monkeypatch.setattr(journal, "blobs", None)
    catalogue.refresh()

    assert ["2", "1"] == ids(catalogue.rows())


def test_a_commit_on_another_one_is_not_taken_over(journal, catalogue):
    commit(journal, entry(1))
    catalogue.refresh()
    commit(journal, entry(3))
    new = commit(journal, entry(2))
    catalogue.advance(new, {path_of(entry(2)): ("0" * 40, entry(2))})
    catalogue.refresh()

    assert ["3", "2", "1"] == ids(catalogue.rows())


def test_the_catalogue_comes_back_after_it_was_deleted(journal, found):
    (journal.state / "catalogue.sqlite").unlink()
    again = Catalogue(journal)
    again.refresh()

    assert found.rows() == again.rows()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_catalogue_that_is_no_database_is_made_anew(journal, found, content):
    (journal.state / "catalogue.sqlite").write_bytes(content)
    again = Catalogue(journal)
    again.refresh()

    assert ["3", "2", "1"] == ids(again.rows())


def test_a_catalogue_that_is_damaged_inside_is_made_anew(journal, found):
    file = journal.state / "catalogue.sqlite"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    again = Catalogue(journal)
    again.refresh()

    assert ["3", "2", "1"] == ids(again.rows())


def test_a_catalogue_of_another_version_is_made_anew(journal, found):
    with closing(sqlite3.connect(journal.state / "catalogue.sqlite")) as database, database:
        database.execute("PRAGMA user_version = 999")
        database.execute("ALTER TABLE pages DROP COLUMN title")
    again = Catalogue(journal)
    again.refresh()

    assert ["3", "2", "1"] == ids(again.rows())


def test_a_journal_that_cannot_be_written_is_read_from_memory(journal, monkeypatch):
    commit(journal, entry(1))
    readonly = Repository.open(journal.root)
    refuse = property(lambda _self: (_ for _ in ()).throw(StoreError("read-only")))
    monkeypatch.setattr(Repository, "state", refuse)
    catalogue = Catalogue(readonly)
    catalogue.refresh()

    assert ["1"] == ids(catalogue.rows())


def test_a_catalogue_that_cannot_be_written_goes_on_in_memory(journal, found):
    commit(journal, entry(4))
    found._database().execute("PRAGMA query_only = ON")  # what a read-only disk answers
    found.refresh()

    assert ["4", "3", "2", "1"] == ids(found.rows())
    before = Catalogue(journal)
    assert ["3", "2", "1"] == ids(before.rows())


def test_a_catalogue_without_room_on_the_disk_goes_on_in_memory(journal, found):
    commit(journal, *(entry(number) for number in range(4, 100)))
    found._database().execute("PRAGMA max_page_count = 1")  # none beside those it has
    found.refresh()

    assert 99 == len(found.rows())
    assert ["3", "2", "1"] == ids(Catalogue(journal).rows())


def test_a_journal_without_entries_has_no_rows(catalogue):
    catalogue.refresh()

    assert [] == catalogue.rows()
    assert [] == catalogue.damaged()


def test_two_processes_bring_one_catalogue_up(journal):
    program = (
        "import sys; from pathlib import Path\n"
        "from gitlab_journal.catalogue import Catalogue\n"
        "from gitlab_journal.store.repository import Repository\n"
        "catalogue = Catalogue(Repository.open(Path(sys.argv[1])))\n"
        "for _ in range(20): catalogue.refresh()\n"
    )
    commit(journal, *(entry(number) for number in range(10)))
    others = [subprocess.Popen([sys.executable, "-c", program, journal.root]) for _ in range(2)]
    for number in range(10):
        commit(journal, entry(number).set(verdict="refuted"))
    codes = [other.wait() for other in others]
    catalogue = Catalogue(journal)
    catalogue.refresh()

    assert [0, 0] == codes
    assert ["refuted"] * 10 == [row.verdict for row in catalogue.rows()]


def test_threads_share_a_catalogue(journal, catalogue):
    commit(journal, entry(1))
    counts = []
    threads = [
        threading.Thread(target=lambda: (catalogue.refresh(), counts.append(len(catalogue.rows()))))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [1] * 5 == counts


def test_a_forked_child_opens_a_catalogue_of_its_own(found):
    child = os.fork()
    if child == 0:
        os._exit(0 if ["3", "2", "1"] == ids(found.rows()) else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ["3", "2", "1"] == ids(found.rows())


def test_an_entry_by_hand_without_blocks_is_a_row(journal, catalogue):
    text = f"---\nid: {identity(1)}\nparams: {{C: 3}}\n---\n\n# By hand\n\nWords before sections.\n"
    commit(journal, **{"entries/by-hand.md": text})
    catalogue.refresh()
    (row,) = catalogue.rows()

    assert ({"C": 3}, None) == (row.params, row.date)
    assert Entry.parse(text).title == row.title

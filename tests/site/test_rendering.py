from __future__ import annotations

import shutil
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from digits_journal import PARENT, REFUTED, SUPPORTED, Shelf, fill

from gitlab_journal.catalogue import Catalogue
from gitlab_journal.errors import ArgumentError, PageError
from gitlab_journal.site import workshop
from gitlab_journal.site.output import MANIFEST
from gitlab_journal.site.render import Report, render
from gitlab_journal.store.git import attempt, git
from gitlab_journal.store.repository import Repository

NEW = "20260305-080000-new7aa"


def rendered(shelf, output=None):
    output = output or shelf.repository.root / "site"
    return render(shelf.repository, shelf.catalogue, output)


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def page_of(shelf, entry_id):
    path = shelf.repository.root / "site" / shelf.paths[entry_id]
    return path.with_suffix(".html")


def text_of(shelf, entry_id):
    return page_of(shelf, entry_id).read_text()


def test_every_entry_every_month_and_a_home_page_are_made(filled):
    report = rendered(filled)
    found = contents(filled.repository.root / "site")

    assert 10 == report.pages == sum(name.endswith(".html") for name in found)
    assert {"index.html", "2026/02/index.html", "2026/03/index.html"} <= set(found)


def test_the_journal_stays_clean(filled):
    rendered(filled)

    assert b"" == git("status", "--porcelain", cwd=filled.repository.root)


def test_the_same_commit_gives_the_same_bytes_from_any_clone(filled, tmp_path):
    rendered(filled)
    attempt(
        "clone",
        "-q",
        str(filled.repository.root),
        str(tmp_path / "clone"),
        cwd=tmp_path,
        programs=True,
    )
    clone = Repository.open(tmp_path / "clone")
    render(clone, Catalogue(clone), tmp_path / "other")

    assert contents(filled.repository.root / "site") == contents(tmp_path / "other")


def test_the_hour_and_the_zone_of_the_machine_change_nothing(filled, tmp_path, monkeypatch):
    rendered(filled)
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    rendered(filled, tmp_path / "other")

    assert contents(filled.repository.root / "site") == contents(tmp_path / "other")


def test_several_processes_give_the_same_bytes(filled, tmp_path, monkeypatch):
    rendered(filled, tmp_path / "one")
    monkeypatch.setattr(workshop, "ALONE", 2)
    monkeypatch.setattr(workshop, "CHUNK", 3)
    rendered(filled, tmp_path / "many")

    assert contents(tmp_path / "one") == contents(tmp_path / "many")


def test_nothing_is_written_where_nothing_changed(filled):
    rendered(filled)

    assert Report(pages=10, written=0, removed=0) == rendered(filled)


def test_a_rendering_step_by_step_equals_one_from_nothing(shelf, tmp_path):
    shelf.add(PARENT, "First")
    rendered(shelf)
    shelf.add(SUPPORTED, "Second", front={"parents": [PARENT]})
    rendered(shelf)
    shelf.add(REFUTED, "Third", front={"parents": [PARENT]})
    rendered(shelf)
    rendered(shelf, tmp_path / "anew")

    assert contents(tmp_path / "anew") == contents(shelf.repository.root / "site")


def test_a_new_entry_writes_its_page_and_those_that_name_it(filled):
    rendered(filled)
    before = contents(filled.repository.root / "site")
    filled.add(NEW, "The next one", front={"parents": [PARENT]})
    report = rendered(filled)
    after = contents(filled.repository.root / "site")
    changed = {name for name, content in after.items() if before.get(name) != content}

    assert report.written == len(changed - {MANIFEST})
    assert {"index.html", "2026/03/index.html"} <= changed
    assert not [name for name in changed if REFUTED in name]
    assert f"{NEW}-the-next-one.html" in text_of(filled, PARENT)


def test_a_changed_parent_changes_its_childrens_pages(filled):
    rendered(filled)
    path = filled.paths[PARENT]
    text = filled.repository.read(path).decode().replace("batch_size: 32", "batch_size: 64")
    filled.commit({path: text})
    rendered(filled)

    assert "2 of 8 changed" in text_of(filled, REFUTED)


def test_the_page_of_an_entry_that_is_gone_is_removed(filled):
    rendered(filled)
    gone = page_of(filled, REFUTED)
    root = filled.repository.root
    git("rm", "-qr", str(Path(filled.paths[REFUTED]).parent), cwd=root)
    git("commit", "-qm", "Remove", cwd=root)
    report = rendered(filled)

    assert (False, False, 3) == (gone.exists(), gone.parent.exists(), report.removed)
    assert "not in this journal" not in text_of(filled, PARENT)


def test_a_file_of_someone_else_stays(filled):
    rendered(filled)
    note = page_of(filled, REFUTED).with_name("note.txt")
    note.write_text("mine")
    git("rm", "-qr", str(Path(filled.paths[REFUTED]).parent), cwd=filled.repository.root)
    git("commit", "-qm", "Remove", cwd=filled.repository.root)
    rendered(filled)

    assert "mine" == note.read_text()


def test_a_page_that_was_deleted_by_hand_comes_back(filled):
    rendered(filled)
    page_of(filled, REFUTED).unlink()

    assert 1 == rendered(filled).written
    assert page_of(filled, REFUTED).is_file()


def test_a_link_becomes_one_when_its_page_comes(shelf):
    shelf.add(PARENT, "First", hypothesis="See [next](../../03/05/20260305-080000-new7aa-next.md).")
    rendered(shelf)
    before = text_of(shelf, PARENT)
    shelf.add(NEW, "Next")
    rendered(shelf)

    assert "<a>next</a>" in before
    assert '<a href="../../03/05/20260305-080000-new7aa-next.html">next</a>' in text_of(
        shelf, PARENT
    )


def test_an_id_leads_to_its_page_when_that_comes_and_where_it_moves(shelf):
    shelf.add(PARENT, "First", inference=f"Duplicate of {NEW}.")
    rendered(shelf)
    before = text_of(shelf, PARENT)
    path = shelf.add(NEW, "Next")
    rendered(shelf)
    during = text_of(shelf, PARENT)
    git("mv", path, "entries/moved.md", cwd=shelf.repository.root)
    git("commit", "-qm", "Move", cwd=shelf.repository.root)
    rendered(shelf)

    assert f"Duplicate of {NEW}." in before
    assert f'Duplicate of <a class="id" href="../../03/05/{NEW}-next.html">{NEW}</a>.' in during
    assert f'href="../../../moved.html">{NEW}</a>.' in text_of(shelf, PARENT)


def test_a_rendering_that_was_cut_short_is_finished_by_the_next(filled, monkeypatch):
    def fail(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gitlab_journal.site.plan.home_view", fail)
        with pytest.raises(KeyboardInterrupt):
            rendered(filled)
    report = rendered(filled)

    assert (10, True) == (report.pages, (filled.repository.root / "site/index.html").is_file())


def test_a_folder_with_foreign_files_is_refused(filled, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.jpg").write_text("cat")

    with pytest.raises(ArgumentError, match=r"cat\.jpg"):
        rendered(filled, tmp_path / "photos")
    assert ["cat.jpg"] == list(contents(tmp_path / "photos"))


def test_a_file_is_no_folder(filled, tmp_path):
    (tmp_path / "site").write_text("a file")

    with pytest.raises(ArgumentError, match="is a file"):
        rendered(filled, tmp_path / "site")


def test_a_damaged_page_is_named_on_the_home_page(filled):
    filled.commit({"entries/2026/03/04/20260304-000000-broken.md": "---\nid: a\nid: b\n---\n"})
    rendered(filled)
    home = (filled.repository.root / "site/index.html").read_text()

    assert "1 page could not be read" in home
    assert "entries/2026/03/04/20260304-000000-broken.md:3" in home


def test_a_damaged_cover_is_refused_with_its_line(filled):
    filled.commit({"journal.md": "---\ntitle: a\ntitle: b\n---\n"})

    with pytest.raises(PageError, match=r"journal\.md:3"):
        rendered(filled)


def test_a_journal_without_entries_has_a_home_page(shelf):
    report = rendered(shelf)

    assert 1 == report.pages
    assert "No entries yet." in (shelf.repository.root / "site/index.html").read_text()


def test_a_page_is_at_most_thirty_kilobytes(filled):
    rendered(filled)
    sizes = [path.stat().st_size for path in (filled.repository.root / "site").rglob("*.html")]

    assert max(sizes) <= 30_000


def test_only_the_home_page_states_the_commit(filled):
    rendered(filled)
    head = filled.repository.head()[:7]
    site = filled.repository.root / "site"
    stating = [path for path in site.rglob("*.html") if f"commit <code>{head}" in path.read_text()]

    assert [site / "index.html"] == stating


def test_the_hypothesis_is_shown_with_its_commit_before_the_run(filled):
    rendered(filled)
    log = git("log", "--format=%h %s", "--abbrev=7", cwd=filled.repository.root).decode()
    commit = next(line for line in log.splitlines() if "running: Normalised" in line)[:7]

    assert f"Committed 18:43:07 UTC, before the run, in <code>{commit}</code>." in text_of(
        filled, REFUTED
    )
    assert "Judged by rule 2 min 14 s later" in text_of(filled, REFUTED)


def test_a_list_of_files_that_names_others_is_refused(filled, tmp_path):
    output, precious = tmp_path / "site", tmp_path / "precious.html"
    precious.write_text("mine")
    rendered(filled, output)
    manifest = output / MANIFEST
    manifest.write_text(manifest.read_text().replace('"index.html"', '"../precious.html"'))

    with pytest.raises(ArgumentError, match="outside"):
        rendered(filled, output)
    assert "mine" == precious.read_text()


def test_a_link_out_of_the_site_is_refused(filled, tmp_path):
    output, away = tmp_path / "site", tmp_path / "away"
    away.mkdir()
    rendered(filled, output)
    shutil.rmtree(output / "entries")
    (output / "entries").symlink_to(away)

    with pytest.raises(ArgumentError, match="leads out"):
        rendered(filled, output)
    assert [] == list(away.iterdir())


def test_a_damaged_list_of_files_is_refused_with_what_mends_it(filled, tmp_path):
    rendered(filled, tmp_path / "site")
    (tmp_path / "site" / MANIFEST).write_text("{")

    with pytest.raises(ArgumentError, match="rm -r"):
        rendered(filled, tmp_path / "site")


def test_a_month_has_pages_of_three_hundred(shelf):
    pages = {
        f"entries/2026/03/01/20260301-{n // 60:02}{n % 60:02}00-many{n:02x}.md": (
            f"---\nid: 20260301-{n // 60:02}{n % 60:02}00-many{n:02x}\n"
            f"date: 2026-03-01T{n // 60:02}:{n % 60:02}:00Z\nstatus: done\n---\n\n# Entry {n}\n"
        )
        for n in range(301)
    }
    shelf.commit(pages)
    rendered(shelf)
    month = shelf.repository.root / "site/2026/03"

    assert 300 == (month / "index.html").read_text().count('class="t"')
    assert 1 == (month / "page-2.html").read_text().count('class="t"')
    assert 'aria-current="page">2</a>' in (month / "page-2.html").read_text()


def test_a_page_written_by_hand_is_rendered_whatever_it_lacks(shelf):
    shelf.commit(
        {
            "entries/note.md": (
                "---\nid: 20260301-000000-hand7a\nparams: {C: 1.0}\n"
                "metrics: {accuracy: 0.9}\n---\n\n"
                "# By hand\n\nA word before.\n\n## Thoughts\n\nSome.\n"
            )
        }
    )
    rendered(shelf)
    text = (shelf.repository.root / "site/entries/note.html").read_text()

    for words in ("A word before.", "Thoughts", "Some.", "accuracy", "<td>1.0</td>"):
        assert words in text


def test_a_page_without_any_date_is_listed_as_undated(shelf):
    shelf.commit({"entries/note.md": "---\nid: note\n---\n\n# A note\n"})
    rendered(shelf)

    assert "A note" in (shelf.repository.root / "site/undated/index.html").read_text()


def test_the_journals_own_templates_are_used_only_where_they_are_trusted(filled):
    own = filled.repository.root / "templates"
    own.mkdir()
    (own / "month.html").write_text('{% extends "page.html" %}{% block main %}Own.{% endblock %}')
    month = filled.repository.root / "site/2026/03/index.html"
    rendered(filled)
    before = month.read_text()
    git("config", "--local", "gitlab-journal.trustTemplates", "true", cwd=filled.repository.root)
    rendered(filled)

    assert "Own." not in before
    assert "Own." in month.read_text()


def test_trust_is_not_taken_from_elsewhere_than_the_journals_own_configuration(filled, home):
    own = filled.repository.root / "templates"
    own.mkdir()
    (own / "month.html").write_text("Own.")
    with (home / ".gitconfig").open("a") as file:
        file.write("[gitlab-journal]\n\ttrustTemplates = true\n")
    rendered(filled)

    assert "Own." not in (filled.repository.root / "site/2026/03/index.html").read_text()


def test_a_changed_template_changes_every_page(filled):
    rendered(filled)
    own = filled.repository.root / "templates"
    own.mkdir()
    (own / "assets").mkdir()
    (own / "assets/journal.css").write_text("body{}")
    git("config", "--local", "gitlab-journal.trustTemplates", "true", cwd=filled.repository.root)
    rendered(filled)

    assert "body{}" == (filled.repository.root / "site/assets/journal.css").read_text()


def test_a_verdict_in_a_batch_of_trailers_is_found(tmp_path):
    shelf = Shelf(tmp_path / "batch")
    ids = [REFUTED, SUPPORTED]
    for entry_id in ids:
        shelf.add(entry_id, f"Cell {entry_id[-4:]}", front={"status": "running"})
    groups = "\n".join(
        f"Entry: {entry_id}\nStatus: done\nVerdict: refuted\nParams: -\nData: -\nCode: -"
        for entry_id in ids
    )
    claim = [{"claim": "loss < 1", "bound": 1}]
    from digits_journal import page

    done = {
        shelf.paths[entry_id]: page(entry_id, "Cell", claims=claim, metrics={"loss": 2.0}).text
        for entry_id in ids
    }
    shelf.commit(done, message=f"Cells\n\n{groups}", date=datetime(2026, 3, 2, 9, 16, tzinfo=UTC))
    rendered(shelf)

    assert all("Judged by rule" in text_of(shelf, entry_id) for entry_id in ids)


def test_filling_twice_gives_the_same_site(tmp_path):
    for name in ("one", "two"):
        shelf = fill(Shelf(tmp_path / name))
        rendered(shelf, tmp_path / f"{name}-site")
    one, two = contents(tmp_path / "one-site"), contents(tmp_path / "two-site")
    differing = [name for name in one if one[name] != two[name]]

    assert set(one) == set(two)
    assert not [name for name in differing if name.startswith("2026/")]


@pytest.mark.parametrize(
    ("sentence", "is_said"),
    [
        ("Predicted loss < 0.3, observed 0.2: supported.", False),
        ("Predicted loss < 1, observed 0: supported. Predicted a > 1, observed 0: refuted.", False),
        ("Predicted loss < 0.3: open, the run failed.", False),
        ("Predicted loss < 0.3: invalid, no metric loss was recorded; there are none.", True),
        ("Predicted loss < 0.3, observed nan: invalid, expected a finite number.", True),
        ("I predicted: supported.", True),
    ],
)
def test_a_sentence_that_the_head_of_the_page_says_is_not_said_twice(shelf, sentence, is_said):
    claims = [{"claim": "loss < 0.3", "bound": 0.3}]
    shelf.add(NEW, "An entry", claims=claims, results=[sentence], inference="A word.")
    rendered(shelf)

    assert is_said == (escape(sentence, quote=False) in text_of(shelf, NEW))


def test_the_covers_own_title_is_not_said_twice(shelf):
    shelf.commit({"journal.md": "---\ntitle: Digits\n---\n\n# Digits\n\nWhat it is about.\n"})
    rendered(shelf)
    home = (shelf.repository.root / "site/index.html").read_text()

    assert 0 == home.count("<h3>Digits</h3>")
    assert "What it is about." in home

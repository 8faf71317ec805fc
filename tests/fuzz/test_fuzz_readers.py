"""Every reader at a journal whose pages are damaged in every way."""

from __future__ import annotations

import json
import subprocess

import pytest
from checks import check_page
from click.testing import CliRunner
from hostile import HURTFUL, PAGE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitlab_journal.cli import command_line
from gitlab_journal.desk import create_desk
from gitlab_journal.errors import JournalError
from gitlab_journal.store.objects import Objects

ID = "20260301-184307-d7k7m2"
READERS = [
    ("ls",),
    ("ls", "--json"),
    ("ls", "--sort", "-score"),
    ("ls", "--sort", "params.width"),
    ("ls", "--where", "params.width > 3"),
    ("show", ID),
    ("show", ID, "--json"),
    ("diff", ID, "20260301-184308-aaaaaa"),
    ("diff", ID, "20260301-184308-aaaaaa", "--json"),
    ("verify",),
    ("verify", "--json"),
    ("render",),
]


def glj(*words):
    """Run `glj` in this process; what it does not catch fails the test."""
    return CliRunner().invoke(command_line, list(words), catch_exceptions=False)


def commit(folder):
    for words in (["add", "-A"], ["commit", "-qm", "pages"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


@pytest.fixture(scope="module")
def hurt(tmp_path_factory):
    """A journal with one sound page, beside each hurtful line in the front and in a block."""
    home = tmp_path_factory.mktemp("hurt")
    folder = home / "journal"
    create_desk(folder, title="Hurt")
    pages = folder / "entries" / "2026" / "03" / "01"
    pages.mkdir(parents=True)
    first, *lines = PAGE.splitlines(keepends=True)
    sound = 0
    for number, hurtful in enumerate(HURTFUL):
        key = hurtful.partition(":")[0]
        others = [line for line in lines if not line.startswith((f"{key}:", "id:"))]
        name = f"20260301-2{number // 60 % 4}{number // 600}{number % 10}{number // 10 % 6}0"
        mine = f"{name}-{number:06}" if not key.startswith("id") else ""
        front = "".join([first, f"id: {mine}\n" if mine else "", f"{hurtful}\n", *others])
        block = PAGE.replace(ID, f"{name}-b{number:05}").replace(
            "```yaml params\n", f"```yaml params\n{hurtful}\n"
        )
        for place, text in (
            (f"{name}-{number:06}-a.md", front),
            (f"{name}-b{number:05}-b.md", block),
        ):
            sound += check_page(text.encode()) is not None
            (pages / place).write_bytes(text.encode())
    for id_ in (ID, "20260301-184308-aaaaaa"):
        (pages / f"{id_}-sound.md").write_text(PAGE.replace(ID, id_), encoding="utf-8")
    commit(folder)
    return folder, sound + 2


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_reader_of_many_damaged_pages_reads_the_others(hurt, words, tmp_path):
    folder, _ = hurt
    site = ("--output", str(tmp_path / "site")) if words == ("render",) else ()

    result = glj(*words, *site, "--journal", str(folder))

    assert result.exit_code in (0, 1, 4)
    assert result.output


def test_a_list_of_many_damaged_pages_holds_the_sound_ones_and_names_the_others(hurt):
    folder, sound = hurt

    result = glj("ls", "--json", "--journal", str(folder))

    assert sound == len(json.loads(result.stdout))
    assert 1 == result.exit_code
    assert len(HURTFUL) * 2 + 2 - sound == result.stderr.count(".md:")


@pytest.mark.parametrize("examples", [6, pytest.param(300, marks=pytest.mark.soak)])
def test_an_object_with_any_damage_is_named(examples, tmp_path):
    folder = tmp_path / "journal"
    create_desk(folder, title="Damaged")
    (folder / "entries").mkdir(exist_ok=True)
    (folder / "entries" / f"{ID}-sound.md").write_text(PAGE, encoding="utf-8")
    commit(folder)
    subprocess.run(["git", "gc", "-q"], cwd=folder, check=True)
    (pack,) = (folder / ".git" / "objects" / "pack").glob("*.pack")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    files = [pack, pack.with_suffix(".idx")]
    whole = [path.read_bytes() for path in files]

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def search(data):
        for path, content in zip(files, whole, strict=True):
            path.chmod(0o644)
            path.write_bytes(content)
        which = data.draw(st.integers(0, 1))
        damaged = bytearray(whole[which])
        for _ in range(data.draw(st.integers(1, 3))):
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
        files[which].write_bytes(damaged[: data.draw(st.integers(0, 2 * len(damaged)))])
        objects = Objects(folder / ".git" / "objects")
        try:
            item = objects.find(objects.tree_of(head), f"entries/{ID}-sound.md")
            if item:
                objects.read(item.object)
        except JournalError as error:
            assert str(error)  # noqa: PT017 -- most damage is found

    search()

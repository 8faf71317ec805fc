"""A diff is shown whole unless it holds a secret or is too long."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gitlab_journal.worktree import patch
from gitlab_journal.worktree.patch import fit_to_show, named

KEY = "glpat-" + "abcdefghij0123456789"


def diff_of(name, *lines):
    head = (
        f"diff --git a/{name} b/{name}\nindex 1234567..89abcde 100644\n--- a/{name}\n+++ b/{name}\n"
    )
    return (head + f"@@ -0,0 +1,{len(lines)} @@ heading\n" + "".join(lines)).encode()


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab \t\r\x0c\x85\u2028é\"'", max_size=8), max_size=6))
def test_a_diff_without_secrets_stays_byte_for_byte(texts):
    diff = diff_of("train.py", *(f"+{text}\n" for text in texts)) + diff_of("other.py", "-x\n")

    assert (diff, ()) == fit_to_show(diff)


def test_an_empty_diff_stays_empty():
    assert (b"", ()) == fit_to_show(b"")


def test_a_secret_goes_its_line_stays():
    diff, notes = fit_to_show(diff_of("train.py", " a\n", f"+token = '{KEY}'\n", "-b\n"))

    assert b" a\n+token = '[redacted: GitLab token]'\n-b\n" == diff.split(b"heading\n")[1]
    assert ("1 value redacted; the diff does not give back the tree",) == notes


def test_a_secret_of_several_lines_leaves_as_many():
    body = "".join(f"+{line}\n" for line in ("MIIEowIBAAKCAQEA7V", "bcdefghijklmnopqrs"))
    begin, end = "+-----BEGIN PRIVATE KEY-----\n", "+-----END PRIVATE KEY-----\n"
    given_diff = diff_of("key.txt", "+before\n", begin, body, end, "+after\n")
    diff, _ = fit_to_show(given_diff)

    assert b"MIIEow" not in diff
    assert given_diff.count(b"\n") == diff.count(b"\n")
    assert b"+before\n+[redacted]\n" in diff
    assert diff.endswith(b"+[redacted]\n+after\n")


def test_bytes_that_are_no_utf8_stay_beside_a_secret():
    diff, _ = fit_to_show(diff_of("a", "+caf?\n", f"+{KEY}\n").replace(b"caf?", b"caf\xe9"))

    assert b"+caf\xe9\n+[redacted: GitLab token]\n" in diff


def test_the_largest_files_go_first(monkeypatch):
    monkeypatch.setattr(patch, "LARGEST", 400)
    small = diff_of("small.py", "+x\n")
    diff, notes = fit_to_show(
        diff_of("one.csv", "+1\n" * 300) + small + diff_of("two", "+2\n" * 200)
    )

    assert small == diff
    assert 1 == len(notes)
    assert notes[0].startswith("one.csv, two: left out of the diff")
    assert notes[0].endswith("the diff does not give back the tree")


def test_many_names_are_counted():
    assert "a" == named(["a"])
    assert "a, b, c, d, e and 2 more" == named(list("abcdefg"))

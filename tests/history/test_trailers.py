from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.compose import commit_message
from gitlab_journal.entry import Entry
from gitlab_journal.history.trailers import statements

GROUP = """\
Entry: {id}
Status: done
Verdict: refuted
Params: xxh3_128:1f
Data: -
Code: xxh3_128:2f
"""
STATED = {
    "Entry": "a",
    "Status": "done",
    "Verdict": "refuted",
    "Params": "xxh3_128:1f",
    "Data": "-",
    "Code": "xxh3_128:2f",
}


def test_a_commit_states_its_entry():
    assert [STATED] == statements("refuted: A title\n\nSentence.\n\n" + GROUP.format(id="a"))


def test_a_commit_of_a_person_states_nothing():
    assert [] == statements("Tidy up\n\nSee Entry: a, or\nStatus: done\n")


def test_a_batch_states_all_of_its_entries_in_order():
    message = "a batch\n\n" + "".join(GROUP.format(id=name) for name in "abc")

    assert ["a", "b", "c"] == [group["Entry"] for group in statements(message)]


def test_an_amendment_says_what_it_amends_for_which_reason():
    message = (
        "amend: A title\n\n" + GROUP.format(id="a") + "Amends: score\nReason: a typing\n error\n"
    )

    assert [STATED | {"Amends": "score", "Reason": "a typing error"}] == statements(message)


def test_what_stands_in_the_body_states_nothing():
    body = "\n\n".join(["subject", GROUP.format(id="b"), GROUP.format(id="a")])

    assert [STATED] == statements(body)


def test_a_line_that_a_person_signed_off_changes_nothing():
    message = (
        "subject\n\n" + GROUP.format(id="a") + "Signed-off-by: Ada <ada@example.org>\n  more\n"
    )

    assert [STATED] == statements(message)


def test_the_message_of_an_entry_reads_back():
    page = "---\nid: 20260301-184307-d7k7m2\nstatus: done\n---\n# Entry: a title\n"
    (found,) = statements(commit_message(Entry.parse(page)))

    assert ("20260301-184307-d7k7m2", "done", "-") == (
        found["Entry"],
        found["Status"],
        found["Verdict"],
    )


@given(st.text())
def test_any_text_is_a_message(text):
    assert all("Entry" in group for group in statements(text))

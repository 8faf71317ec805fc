from dataclasses import replace

import pytest

from gitlab_journal.fingerprint import Fingerprint, equal_code, relation

THIS = Fingerprint(params_hash="p", config_hash="c", data_hash="d", state_hash=None, code_hash="k")


def earlier(**changes):
    return Fingerprint(**({**THIS.as_dict(), "params_hash": "p"} | changes))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("done", "duplicate"),
        ("failed", "failed before"),
        ("running", "running now"),
        ("stopped", None),
    ],
)
def test_an_equal_fingerprint_is_named_by_how_the_earlier_run_ended(status, kind):
    assert kind == relation(THIS, earlier(), status=status)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"params_hash": "q"}, "replicate"),
        ({"params_hash": "q", "config_hash": "other"}, None),
        ({"code_hash": "other"}, "variant"),
        ({"data_hash": "other"}, None),
        ({"data_hash": None}, None),
        ({"state_hash": "s"}, "other weights"),
        ({"params_hash": "q", "code_hash": "other"}, None),
        ({"state_hash": "s", "code_hash": "other"}, None),
    ],
)
def test_what_differs_says_how_two_runs_are_related(changes, kind):
    assert kind == relation(THIS, earlier(**changes), status="done")


def test_fresh_weights_make_a_replicate_and_trained_ones_do_not():
    this = Fingerprint(params_hash="p", config_hash="c", state_hash="1", fresh=True)
    before = Fingerprint(params_hash="p", config_hash="c", state_hash="2")

    assert "replicate" == relation(this, before, status="done", earlier_fresh=True)
    assert "other weights" == relation(this, before, status="done", earlier_fresh=False)


def test_a_variant_that_failed_is_no_relation():
    assert None is relation(THIS, earlier(code_hash="other"), status="failed")


DECLARED = replace(
    THIS,
    alternatives=(("p1", "c1"), ("p2", "c1")),
    data_alternatives=("d1",),
    state_alternatives=("s1",),
    same_code=frozenset({"k", "k1"}),
)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"params_hash": "p1", "config_hash": "c1"}, "duplicate"),
        ({"data_hash": "d1"}, "duplicate"),
        ({"state_hash": "s1"}, "duplicate"),
        ({"code_hash": "k1234"}, "duplicate"),
        ({"params_hash": "other", "config_hash": "c1", "code_hash": "k1"}, "replicate"),
        ({"params_hash": "p2", "config_hash": "c1", "code_hash": "other"}, "variant"),
        ({"data_hash": "d2"}, None),
        ({"state_hash": "s2"}, "other weights"),
        ({"code_hash": None}, "variant"),
    ],
)
def test_what_the_journal_declares_equal_counts_as_equal(changes, kind):
    assert kind == relation(DECLARED, earlier(**changes), status="done")


def test_code_that_cannot_be_read_equals_only_such_code():
    unread = replace(THIS, code_hash=None)

    assert "duplicate" == relation(unread, earlier(code_hash=None), status="done")
    assert "variant" == relation(unread, earlier(), status="done")


@pytest.mark.parametrize(
    ("groups", "equal"),
    [
        ([], {"xx:aaaaaaaa00"}),
        ([["bbbbbbbb", "cccccccc"]], {"xx:aaaaaaaa00"}),
        ([["aaaaaaaa", "bbbbbbbb"]], {"xx:aaaaaaaa00", "xx:aaaaaaaa", "xx:bbbbbbbb"}),
        ([["xx:aaaaaaaa00", "xx:bbbbbbbb"]], {"xx:aaaaaaaa00", "xx:bbbbbbbb"}),
        ([["yy:aaaaaaaa", "bbbbbbbb"]], {"xx:aaaaaaaa00"}),
        (
            [["cccccccc", "dddddddd"], ["bbbbbbbb1", "cccccccc"], ["aaaaaaaa", "bbbbbbbb"]],
            {"xx:aaaaaaaa00"}
            | {
                f"xx:{one}" for one in ("aaaaaaaa", "bbbbbbbb", "bbbbbbbb1", "cccccccc", "dddddddd")
            },
        ),
    ],
)
def test_groups_of_equal_code_that_share_a_hash_are_one(groups, equal):
    assert equal == equal_code(["xx:aaaaaaaa00"], groups)

import pytest

from gitlab_journal.fingerprint import Fingerprint, relation

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

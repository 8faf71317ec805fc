"""What the pages say, before any template says it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from digits_journal import DEFAULTS, PARAMS, page

from gitlab_journal.catalogue import Row
from gitlab_journal.catalogue.row import COLUMNS, restored, stored
from gitlab_journal.site import tables
from gitlab_journal.site.claims import claim_views
from gitlab_journal.site.lists import days, home_view, open_questions, tally
from gitlab_journal.site.states import KINDS

ID = "20260301-184307-d7k7m2"
CLAIM = {"claim": "loss < 0.3", "bound": 0.3}
MINUS = "\N{MINUS SIGN}"


def row(entry_id=ID, title="An entry", **front) -> Row:
    entry = page(entry_id, title, front={"config_hash": None, "params_hash": None} | front)
    found = stored(f"entries/{entry_id}.md", "0" * 40, entry)
    return restored([found[name] for name in COLUMNS])


def test_changed_parameters_come_first_and_say_what_they_were():
    parent = page(ID, "Parent")
    table = tables.params_table(page(ID, "Child", params=PARAMS | {"seed": 1}), parent)

    assert "Parameters against the parent: 1 of 8 changed" == table["caption"]
    assert ("seed", ["1"], ["0"], True) == tuple(table["rows"][0].values())


def test_a_long_value_that_did_not_change_is_not_written_twice():
    parent = page(ID, "Parent")
    rows = tables.params_table(page(ID, "Child"), parent)["rows"]

    assert {"layers": ["same"]} == {r["name"]: r["was"] for r in rows if r["was"] == ["same"]}


def test_a_default_made_explicit_is_no_change():
    parent = page(ID, "Parent", params={"C": 1.0}, defaults={"tol": 0.001})
    table = tables.params_table(page(ID, "Child", params={"C": 1.0, "tol": 0.001}), parent)

    assert not any(r["changed"] for r in table["rows"])


def test_a_parameter_of_the_parent_alone_is_shown_as_absent():
    parent = page(ID, "Parent", params={"C": 1.0, "degree": 3})
    rows = tables.params_table(page(ID, "Child", params={"C": 1.0}), parent)["rows"]

    assert ("degree", ["\N{EM DASH}"], ["3"], True) == tuple(rows[0].values())


def test_nested_parameters_are_flat():
    names = [r["name"] for r in tables.params_table(page(ID, "Entry"), None)["rows"]]

    assert "optimizer.learning_rate" in names


def test_metrics_stand_beside_the_parents_with_the_difference():
    parent = page(ID, "Parent", metrics={"loss": 0.5})
    table = tables.metrics_table(page(ID, "Child", metrics={"loss": 0.4}), parent, claimed=["loss"])

    assert ("0.4", "0.5", f"{MINUS}0.1", True) == tuple(
        table["rows"][0][key] for key in ("value", "was", "difference", "headline")
    )


def test_replicates_are_counted_in_the_caption():
    metrics = {"loss": 0.4, "replicates": {"over": "seed", "loss": [0.3, 0.5]}}
    table = tables.metrics_table(page(ID, "Entry", metrics=metrics), None, claimed=[])

    assert ("Metrics, mean of 2 seeds", "Seeds") == (table["caption"], table["replicated"])


def test_the_best_values_of_curves_are_folded_where_there_are_many_metrics():
    ends = ["loss", "accuracy", "val_loss", "val_accuracy"]
    metrics = dict.fromkeys([*ends, *(f"best_{name}" for name in ends), "best_C"], 0.5)
    table = tables.metrics_table(page(ID, "E", metrics=metrics), None, claimed=["best_val_loss"])

    assert ([*ends, "best_val_loss", "best_C"], 3) == (
        [row["name"] for row in table["rows"]],
        len(table["folded"]),
    )


def test_an_entry_says_in_what_beside_its_parameters_it_is_unlike_its_parent():
    parent = page(ID, "Parent", front={"code_hash": "a"}, functions={"train": "1", "load": "2"})
    child = page(ID, "Child", front={"code_hash": "b"}, functions={"train": "1", "load": "3"})

    assert "Changed beside the parameters: the code (load)." == tables.changed_beside(child, parent)
    assert "" == tables.changed_beside(child, child)


def test_data_are_named_where_the_names_say_more_than_argument_and_data_set():
    rows = {"X": {"name": "digits", "shape": [3]}, "y": {"name": "digits"}}
    alone = tables.data_table(rows, dataset="digits")
    other = tables.data_table({**rows, "test": {"name": "mnist"}}, dataset="digits, mnist")

    assert (False, True, "Data: digits") == (alone["named"], other["named"], alone["caption"])


def test_defaults_are_named_by_their_path():
    assert ("optimizer.nesterov", "no") == tables.pairs(DEFAULTS)[0]


def test_the_lines_of_a_diff_have_their_kinds():
    head = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n"
    diff = f"{head}@@ -1 +1 @@\n-old\n+new\n same\n--- removed\n \n"
    kinds = [line["kind"] for line in tables.diff_lines(diff)]

    assert ["hunk", "hunk", "del", "ins", "plain", "del"] == kinds


def test_a_claim_is_seen_with_its_bound_its_value_and_its_margin():
    entry = page(ID, "Entry", claims=[CLAIM], metrics={"loss": 0.35}, front={"verdict": "refuted"})
    view = claim_views(entry, None)[0]

    assert ("loss < 0.3", "0.35", "Refuted", "Misses by 0.05.") == (
        view["words"],
        view["observed"],
        view["state"].word,
        view["sentence"],
    )


def test_a_claim_on_a_score_is_seen_by_the_name_it_was_recorded_by():
    claims = [{"claim": "test_score > 0.9", "bound": 0.9}]
    view = claim_views(page(ID, "Entry", claims=claims, metrics={"score": 0.95}), None)[0]

    assert ("0.95", "Holds by 0.05.") == (view["observed"], view["sentence"])


def test_a_bound_that_was_resolved_is_stated():
    claims = [{"claim": "loss < parent / 2", "bound": 0.25}]
    view = claim_views(page(ID, "Entry", claims=claims, metrics={"loss": 0.2}), None)[0]

    assert "Resolved then to loss < 0.25." == view["resolved"]


def test_several_claims_are_judged_one_by_one():
    claims = [CLAIM, {"claim": "accuracy > 0.9", "bound": 0.9}]
    entry = page(
        ID,
        "Entry",
        claims=claims,
        metrics={"loss": 0.2, "accuracy": 0.8},
        front={"verdict": "refuted"},
    )

    assert ["Supported", "Refuted"] == [view["state"].word for view in claim_views(entry, None)]


def test_a_claim_of_another_grammar_is_shown_as_written():
    claims = [{"claim": "loss < 0.3 @ 5 seeds", "bound": 0.3}]
    entry = page(
        ID,
        "Entry",
        claims=claims,
        metrics={"loss": 0.2},
        front={"verdict": "supported", "metric": "loss"},
    )
    view = claim_views(entry, None)[0]

    assert ("loss < 0.3 @ 5 seeds", "0.2", "Supported") == (
        view["words"],
        view["observed"],
        view["state"].word,
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("running", "The run has not ended."),
        ("planned", "The run has not begun."),
        ("failed", "No result to judge."),
    ],
)
def test_a_claim_without_a_result_says_why(status, sentence):
    entry = page(ID, "Entry", claims=[CLAIM], front={"status": status, "verdict": "open"})

    assert sentence == claim_views(entry, None)[0]["sentence"]


def test_the_tally_counts_each_entry_once():
    rows = [
        row(verdict="refuted"),
        row(verdict="refuted"),
        row(status="failed", verdict="open"),
        row(),
    ]
    counts = {count["state"].kind: count["number"] for count in tally(rows, name="x")["counts"]}

    assert {"refuted": "2", "failed": "1", "exploratory": "1"} == counts
    assert set(counts) <= set(KINDS)


def test_days_are_days_of_utc():
    rows = [
        row("20260302-000000-aaaaaa", date=datetime(2026, 3, 2, tzinfo=UTC)),
        row("20260301-235959-bbbbbb", date=datetime(2026, 3, 1, 23, 59, tzinfo=UTC)),
    ]

    assert ["2 March 2026", "1 March 2026"] == [day["name"] for day in days(rows)]


@pytest.mark.parametrize(
    ("front", "is_open"),
    [
        ({"status": "running"}, True),
        ({"status": "planned"}, True),
        ({"status": "done", "verdict": "invalid"}, True),
        ({"status": "failed", "verdict": "open"}, True),
        ({"status": "stopped", "verdict": "open"}, False),
        ({"status": "done", "verdict": "refuted"}, False),
        ({"status": "done"}, False),
        ({"status": "failed"}, False),
    ],
)
def test_a_question_is_open_until_it_is_answered(front, is_open):
    assert is_open == bool(open_questions([row(**front)]))


def test_a_failed_run_is_no_question_once_its_experiment_was_done():
    same = {"config_hash": "xxh3_128:1", "data_hash": "xxh3_128:2"}
    done = row("20260302-000000-aaaaaa", verdict="supported", **same)
    failed = row(status="failed", verdict="open", **same)

    assert [] == open_questions([done, failed])


def test_the_home_page_lists_the_newest_thirty_and_the_months():
    rows = [row(f"20260{2 - n // 20}01-0000{n % 20:02}-aaaaaa", date=None) for n in range(40)]
    view = home_view(rows, cover="", damages=[], commit="0" * 40)

    assert 30 == sum(len(day["entries"]) for day in view["days"])
    assert ["February 2026", "January 2026"] == [month["name"] for month in view["months"]]


def test_many_open_questions_are_counted_not_dropped():
    rows = [row(f"20260301-0000{n:02}-aaaaaa", status="running") for n in range(15)]
    view = home_view(rows, cover="", damages=[], commit="0" * 40)

    assert (12, "and 3 more") == (len(view["questions"]), view["questions_left"])

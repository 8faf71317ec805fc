from __future__ import annotations

import json

import pytest

SUPPORTED = {"verdict": "supported", "dataset": "digits", "model": "sklearn.svm.SVC"}


@pytest.fixture
def filled(notebook, entry):
    notebook.write(
        entry(0, "A first look", params={"C": 0.1, "kernel": "rbf"}, metrics={"accuracy": 0.81}),
        entry(
            1,
            "A wider margin",
            params={"C": 1, "kernel": "rbf"},
            metrics={"accuracy": 0.97, "loss": 0.2},
            **SUPPORTED,
        ),
        entry(
            2,
            "A linear kernel",
            params={"C": 10, "kernel": "linear"},
            metrics={"accuracy": 0.9},
            verdict="refuted",
            tags="[baseline, linear]",
            author="Grace Example",
        ),
        entry(3, "Out of memory", params={"C": 100}, verdict="open", status="failed"),
    )
    return notebook


def titles(result) -> list[str]:
    """The titles in a list, by their first word that tells them apart."""
    names = ("A first look", "A wider margin", "A linear kernel", "Out of memory")
    return [name for line in result.stdout.splitlines() for name in names if name in line]


def test_entries_are_listed_newest_first(filled):
    result = filled.glj("ls")

    assert 0 == result.exit_code
    assert ["Out of memory", "A linear kernel", "A wider margin", "A first look"] == titles(result)


def test_a_row_shows_short_id_date_verdict_with_glyph_result_and_title(filled):
    row = filled.glj("ls").stdout.splitlines()[3]

    assert ["01zz", "2026-03-01", "●", "supported", "accuracy", "0.97"] == row.split()[:6]


def test_a_failed_run_says_failed_and_one_without_prediction_exploratory(filled):
    _, failed, *_, exploratory = filled.glj("ls").stdout.splitlines()

    assert "▲ failed" in failed
    assert "· exploratory" in exploratory


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["wider"], ["A wider margin"]),
        (["--verdict", "refuted"], ["A linear kernel"]),
        (["--verdict", "Supported"], ["A wider margin"]),
        (["--verdict", "failed"], ["Out of memory"]),
        (["--verdict", "exploratory"], ["A first look"]),
        (["--status", "failed"], ["Out of memory"]),
        (["--tag", "baseline"], ["A linear kernel"]),
        (["--model", "SVC"], ["A wider margin"]),
        (["--dataset", "digits"], ["A wider margin"]),
        (["--dataset", "digits (2)"], []),
        (["--author", "grace"], ["A linear kernel"]),
        (["--where", "C>=10"], ["Out of memory", "A linear kernel"]),
        (["--where", "C > 0.1", "--where", "accuracy>0.95"], ["A wider margin"]),
        (["--where", "kernel=linear"], ["A linear kernel"]),
        (["--where", "kernel != rbf"], ["A linear kernel"]),
        (["--since", "2026-03-01T14:00"], ["Out of memory", "A linear kernel"]),
        (["--verdict", "refuted", "--author", "ada"], []),
    ],
)
@pytest.mark.parametrize("each", [[], ["--each"]])
def test_a_list_holds_what_was_asked_for(filled, asked, found, each):
    assert found == titles(filled.glj("ls", *asked, *each))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (["--sort", "accuracy"], "A first look"),
        (["--sort", "-accuracy"], "A wider margin"),
        (["--sort", "-C"], "Out of memory"),
        (["--sort", "title"], "A first look"),
        (["--reverse"], "A first look"),
    ],
)
def test_a_list_is_sorted_as_asked(filled, asked, first):
    assert first == titles(filled.glj("ls", *asked))[0]


def test_what_has_no_value_comes_last_whichever_way_it_is_sorted(filled):
    ends = [titles(filled.glj("ls", "--sort", key))[-1] for key in ("accuracy", "-accuracy")]

    assert ["Out of memory", "Out of memory"] == ends


def test_columns_may_be_params_and_metrics(filled):
    header, failed, linear, *_ = filled.glj("ls", "--columns", "id,C,accuracy").stdout.splitlines()

    assert ["id", "C", "accuracy"] == header.split()
    assert ["03zz", "100", "-"] == failed.split()
    assert ["02zz", "10", "0.9"] == linear.split()


def test_a_column_shows_a_default_left_alone_as_well(notebook, entry):
    path, text = entry(0, "Left alone", params={"C": 1}, metrics={"accuracy": 0.9})
    block = "## Procedure\n\n```yaml defaults\nmodel:\n  kernel: rbf\n```\n"
    notebook.write((path, text.replace("## Procedure\n", block)))
    result = notebook.glj("ls", "--where", "kernel=rbf", "--columns", "C,kernel,model.kernel")

    assert ["1", "rbf", "rbf"] == result.stdout.splitlines()[1].split()
    assert "" == result.stderr


def test_a_short_id_that_two_entries_share_is_shown_longer(notebook, entry):
    (path, text), other = entry(0, "One"), entry(1, "Another")
    twin = path.replace("0000zz", "0101zz"), text.replace("0000zz", "0101zz")
    notebook.write(twin, other)
    ids = [line.split()[0] for line in notebook.glj("ls", "--each").stdout.splitlines()[1:]]

    assert ["0001zz", "0101zz"] == ids


def test_a_name_that_no_entry_has_is_said_with_one_that_is_close(filled):
    result = filled.glj("ls", "--columns", "id,acuracy")

    assert "no entry here has 'acuracy'; did you mean 'accuracy'?\n" == result.stderr


@pytest.mark.parametrize("asked", [[], ["--each"], ["--sort", "title"], ["--author", "e"]])
def test_rows_that_are_cut_are_mentioned_on_stderr(filled, asked):
    result = filled.glj("ls", "-n", "3", *asked)

    assert 3 == len(titles(result))
    assert "only the first 3 are shown; all of them: -n 0\n" == result.stderr


def test_a_list_that_just_fits_is_not_called_cut(filled):
    assert "" == filled.glj("ls", "-n", "4").stderr


def test_zero_rows_means_all(filled):
    result = filled.glj("ls", "-n", "0")

    assert (4, "") == (len(titles(result)), result.stderr)


def test_json_is_a_list_without_a_limit_under_the_names_of_entry(filled):
    found = json.loads(filled.glj("ls", "-n", "1", "--json").stdout)

    assert 4 == len(found)
    assert found[2] | SUPPORTED == found[2]
    assert {"accuracy": 0.97, "loss": 0.2} == found[2]["metrics"]
    assert {"C": 1, "kernel": "rbf"} == found[2]["params"]
    assert "2026-03-01T13:00:00Z" == found[2]["date"]


def test_json_has_the_names_that_show_has(filled):
    listed = json.loads(filled.glj("ls", "wider", "--json").stdout)[0]
    shown = json.loads(filled.glj("show", "0001zz", "--json").stdout)

    assert {name: shown[name] for name in listed} == listed


def test_an_empty_journal_is_an_empty_list(notebook):
    assert ("", "no entries\n") == (notebook.glj("ls").stdout, notebook.glj("ls").stderr)
    assert "[]\n" == notebook.glj("ls", "--json").stdout


@pytest.fixture
def seeded(notebook, entry):
    config = {"width": 64}
    notebook.write(
        entry(0, "Seeds", params=config, seed=0, metrics={"accuracy": 0.5}, verdict="refuted"),
        entry(1, "Seeds", params=config, seed=0, metrics={"accuracy": 0.9}, verdict="refuted"),
        entry(2, "Seeds", params=config, seed=1, metrics={"accuracy": 0.94}, verdict="supported"),
        entry(3, "Seeds", params=config, seed=2, metrics={"accuracy": 0.95}, verdict="supported"),
        entry(4, "Seeds", params=config, seed=3, status="failed", verdict="open"),
        entry(5, "Other", params={"width": 128}, seed=0, metrics={"accuracy": 0.7}),
    )
    return notebook


def test_replicates_are_one_row_with_their_mean_and_an_equal_seed_counts_once(seeded):
    row = next(line for line in seeded.glj("ls").stdout.splitlines() if "n=" in line)

    assert "accuracy 0.93 n=3" in row
    assert "● supported 2/3" in row


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (
            "Raw inputs reach 95 %, seed 1",
            "Raw inputs reach 95 %, seed 12",
            "Raw inputs reach 95 %",
        ),
        ("A dry run (random_state = 1)", "A dry run (random_state = 2)", "A dry run"),
        ("Seeded #1", "Seeded #2", "Seeded"),
        ("A dry run", "A dry run", "A dry run"),
        ("First try", "Second try", "Second try"),
    ],
)
def test_a_row_of_replicates_is_titled_by_what_they_share_else_by_the_newest(
    notebook, entry, first, second, shown
):
    notebook.write(
        entry(0, first, params={"C": 1}, seed=0), entry(1, second, params={"C": 1}, seed=1)
    )

    assert [shown] == [row["title"] for row in json.loads(notebook.glj("ls", "--json").stdout)]


def test_replicates_older_than_the_rows_read_count_as_well(seeded, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("gitlab_journal.commands.gathering.MANY", 0)
        at_once = seeded.glj("ls").stdout
    row = seeded.glj("ls", "-n", "1", "seeds", "--status", "done").stdout.splitlines()[1]

    assert "accuracy 0.93 n=3" in row
    assert row.split() in [line.split() for line in at_once.splitlines()]


def test_a_failed_seed_stands_by_itself(seeded):
    assert 3 == len(seeded.glj("ls").stdout.splitlines()[1:])


def test_each_shows_every_replicate(seeded):
    assert 6 == len(seeded.glj("ls", "--each").stdout.splitlines()[1:])


def test_a_mean_is_that_of_all_replicates_whatever_was_asked_for(seeded):
    row = seeded.glj("ls", "--where", "seed=1").stdout.splitlines()[1]

    assert "accuracy 0.93 n=3" in row


def test_a_condition_on_a_metric_is_about_the_mean(seeded):
    assert "no entries\n" == seeded.glj("ls", "--where", "accuracy>=0.94").stderr
    assert 2 == len(seeded.glj("ls", "--where", "accuracy>=0.94", "--each").stdout.splitlines()[1:])


def test_json_of_replicates_names_all_ids_and_their_number(seeded):
    found = json.loads(seeded.glj("ls", "seeds", "--verdict", "supported", "--json").stdout)

    assert [3] == [item["n"] for item in found]
    assert 4 == len(found[0]["ids"])
    assert found[0]["metrics"]["accuracy"] == pytest.approx(0.93)
    assert found[0]["score"] == pytest.approx(0.93)


@pytest.mark.parametrize("asked", [["--where", "C"], ["--since", "yesterday"], ["-n", "-1"]])
def test_what_cannot_be_understood_is_wrong_usage(notebook, asked):
    result = notebook.glj("ls", *asked)

    assert 2 == result.exit_code
    assert asked[1] in result.stderr


def test_two_statuses_at_once_are_refused(notebook):
    assert 2 == notebook.glj("ls", "--verdict", "failed", "--status", "running").exit_code


def test_damaged_pages_are_named_and_the_others_listed_and_the_exit_code_is_1(filled, entry):
    path, text = entry(9, "Broken")
    filled.write((path, text.replace("status: done", "status: [done")))
    result = filled.glj("ls")

    assert 1 == result.exit_code
    assert 4 == len(titles(result))
    assert f"error: {path}:" in result.stderr
    assert "1 damaged page left out" in result.stderr


def test_a_page_cannot_steer_the_terminal(notebook, entry):
    notebook.write(entry(0, "A \x9b31m title \u202e"))

    assert not set("\x9b\x1b\u202e") & set(notebook.glj("ls").stdout)


def test_a_pipe_gets_titles_whole(notebook, entry, process):
    title = "A title that goes on and on until it would not fit on any terminal at all, or would it"
    notebook.write(entry(0, title))

    assert title in process("ls", cwd=notebook.folder).stdout


def test_a_terminal_gets_rows_that_fit_it(notebook, entry, on_terminal):
    notebook.write(entry(0, "word " * 30, metrics={"accuracy": 0.9}, verdict="inconclusive"))
    lines = on_terminal("ls", cwd=notebook.folder).splitlines()

    assert 80 >= max(len(line) for line in lines)
    assert "■ inconclusive" in lines[1]
    assert "…" in lines[1]


@pytest.mark.parametrize(("variable", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_and_no_color_is_heard(
    notebook, entry, on_terminal, variable, coloured
):
    notebook.write(entry(0, "Colour", verdict="refuted"))
    said = on_terminal("ls", cwd=notebook.folder, NO_COLOR=variable, TERM="xterm")

    assert coloured == ("\x1b[33m◆ refuted\x1b[0m" in said)

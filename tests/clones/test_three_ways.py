"""Two values that were made from one, joined."""

from __future__ import annotations

import math

from gitlab_journal.clones.three_ways import Both, join_lists, join_mappings, same


def test_what_one_side_changed_is_taken():
    joined, both = join_mappings({"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})

    assert ({"a": 2, "b": 3}, []) == (joined, both)


def test_mappings_are_joined_key_by_key():
    joined, both = join_mappings(
        {"names": {"x": "one"}}, {"names": {"x": "one", "y": "two"}}, {"names": {"z": "three"}}
    )

    assert ({"names": {"y": "two", "z": "three"}}, []) == (joined, both)


def test_lists_are_united_and_what_one_side_removed_goes():
    assert ["b", "new", "other"] == join_lists(["a", "b"], ["a", "b", "new"], ["b", "other"])


def test_where_both_changed_a_value_the_preferred_side_stands_and_it_is_told():
    ours, theirs = {"title": "Ours"}, {"title": "Theirs"}
    results = [
        join_mappings({"title": "Old"}, ours, theirs, prefer_theirs=choice)
        for choice in (False, True)
    ]
    both = [Both("title", "Ours", "Theirs")]

    assert [({"title": "Ours"}, both), ({"title": "Theirs"}, both)] == results


def test_what_one_side_removed_and_the_other_changed_stays():
    joined, both = join_mappings({"a": 1}, {}, {"a": 2}, prefer_theirs=False)

    assert ({"a": 2}, [Both("a", None, 2)]) == (joined, both)


def test_one_is_not_true_and_nan_is_nan():
    assert (False, False, True) == (same(1, True), same(1, 1.0), same(math.nan, math.nan))

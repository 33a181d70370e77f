"""Scores and pairs of the tree; figure 2 of the paper, with where it contradicts its own rules."""

from __future__ import annotations

import pytest

from codesteer_training.tree import Node, preferences, walk


def leaf(turn: int, correct: bool, text: str = "") -> Node:
    return Node(turn=turn, text=text or f"{turn}{correct}", correct=correct)


def figure_two() -> list[Node]:
    """The figure as drawn. Its third first turn, 7, shows no children: they are given as 7."""
    ten = Node(turn=4, text="10", children=[leaf(5, True, "a"), leaf(5, True, "b")])
    three = Node(turn=3, text="3", children=[ten, leaf(4, False)])
    zero = Node(turn=2, text="0", children=[three, leaf(3, False)])
    first = Node(turn=1, text="6.5", children=[zero, leaf(2, True)])
    second = Node(turn=1, text="-2", children=[leaf(2, False), leaf(2, True)])
    return [first, second, Node(turn=1, text="7", rollouts=[7.0])]


def drawn(siblings: list[Node]) -> set[tuple[float, float]]:
    return {(p.chosen.score, p.rejected.score) for p in preferences(siblings)}


def test_scores_of_figure_two() -> None:
    first, second, third = figure_two()
    zero, thirteen = first.children
    three, minus_three = zero.children
    ten, minus_four = three.children
    assert [node.score for node in ten.children] == [10, 10]
    assert (ten.score, minus_four.score, three.score) == (10, -4, 3)
    assert (minus_three.score, zero.score, thirteen.score, first.score) == (-3, 0, 13, 6.5)
    assert third.score == 7
    # First inconsistency: drawn as -2, but the mean of its children, -2 and 13, is 5.5.
    assert second.score == 5.5


def test_pairs_of_figure_two_by_the_rules() -> None:
    found = {
        (pair.chosen.score, pair.rejected.score)
        for _, siblings in walk(figure_two())
        for pair in preferences(siblings)
    }
    assert found == {(13, 0), (13, -2), (3, -3), (10, -4)}


def test_pairs_of_figure_two_as_drawn() -> None:
    """With -2 as drawn, 7 and 6.5 beat it; but 7 > 6.5 is drawn too, and differs by 0.5 only."""
    first, _, third = figure_two()
    assert drawn([first, leaf(2, False), third]) == {(7, -2), (6.5, -2)}


def test_a_fast_wrong_answer_is_not_preferred_to_a_slow_one() -> None:
    assert preferences([leaf(2, False), leaf(5, False)]) == []


@pytest.mark.parametrize(("gap", "pairs"), [(2.0, 0), (2.01, 1)])
def test_the_difference_must_be_exceeded(gap: float, pairs: int) -> None:
    siblings = [Node(turn=1, text="a", rollouts=[5.0 + gap]), Node(turn=1, text="b", rollouts=[5])]
    assert len(preferences(siblings)) == pairs


def test_rollouts_enter_the_mean_and_give_a_variance() -> None:
    node = Node(turn=1, text="a", children=[leaf(2, True)], rollouts=[-1.0])
    assert node.score == 6
    assert node.spread == 98
    assert leaf(1, True).spread is None


def test_a_difference_within_the_noise_makes_no_pair() -> None:
    noisy = [
        Node(turn=1, text="a", rollouts=[13.0, -5.0]),
        Node(turn=1, text="b", rollouts=[12, -11]),
    ]
    assert len(preferences(noisy)) == 1
    assert preferences(noisy, significance=2.0) == []


def test_an_unfinished_node_has_no_score() -> None:
    with pytest.raises(ValueError, match="turn 3 neither"):
        _ = Node(turn=3, text="a").score

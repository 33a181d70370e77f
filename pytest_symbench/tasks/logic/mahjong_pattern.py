"""Mahjong Pattern: judge the last card that is drawn to a changing hand of letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import show
from pytest_symbench.tasks.answers.numbers import integer
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "mahjong_pattern"
FOLDER = "mahjong_pattern_dataset"
HARDEST = 100
PASS, PENG, CHI = 0, 1, 2
WORDS = ("Pass", "Peng", "Chi")


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    if level == 1:
        return {"hand": 5, "rounds": 1, "chi": False}
    beyond = max(0, level - 5)
    rounds = min(level, 5) + 5 * beyond
    return {"hand": min(40, 13 + 2 * beyond), "rounds": rounds, "chi": level > 2}


def size(params: Params) -> float:
    return float(params["hand"] + params["rounds"])


def generate(params: Params, rng: Random) -> Data:
    # The outcome is drawn first, and so is the one that the hand at the start would give: all
    # are equally frequent, and who overlooks the rounds between learns nothing from that hand.
    chi = params["chi"]
    outcomes = (PASS, PENG, CHI) if chi else (PASS, PENG)
    wanted, careless = rng.choice(outcomes), rng.choice(outcomes)
    if params["rounds"] == 1:
        careless = wanted
    while True:
        start = rng.sample(ascii_uppercase * 2, params["hand"])
        hand, rounds = list(start), []
        for _ in range(params["rounds"] - 1):
            hand.append(rng.choice((rng.choice(hand), rng.choice(ascii_uppercase))))
            rounds.append({"draw": hand[-1], "discard": rng.choice(hand)})
            hand.remove(rounds[-1]["discard"])
        draws = [
            card
            for card in ascii_uppercase
            if _judged(hand, card, chi=chi) == wanted and _judged(start, card, chi=chi) == careless
        ]
        if draws:
            rounds.append({"draw": rng.choice(draws)})
            return {"hand": "".join(start), "rounds": rounds, "chi": chi}


def render(data: Data) -> str:
    *earlier, last = data["rounds"]
    rounds = [
        f"Round {i}: draw {turn['draw']}, then discard {turn['discard']}."
        for i, turn in enumerate(earlier, 1)
    ]
    rounds.append(f"Round {len(data['rounds'])}: draw {last['draw']}.")
    rules = [
        "Peng, number 1: the hand as it was before the draw holds at least two cards with the "
        "letter drawn.",
        "Chi, number 2: it is no Peng, and two cards of that hand together with the drawn one are "
        "three letters that follow one another in the alphabet, such as L, M, N; the drawn card "
        "may be the first, the middle or the last of the three. The alphabet ends with Z: nothing "
        "follows it.",
        f"Pass, number 0: {'neither of the two' if data['chi'] else 'it is no Peng'}.",
    ]
    if not data["chi"]:
        del rules[1]
    shape = "0, 1 or 2" if data["chi"] else "0 or 1"
    return (
        f"A player holds {len(data['hand'])} cards; each shows one letter of the alphabet from A "
        "to Z, and a letter may be on several cards. In every round the player draws one card, "
        "which is judged at once and then belongs to the hand. After that, in every round but the "
        "last, one card is discarded; it leaves the hand for good and plays no part in the "
        f"judgement of its own round.\n\nThe judgement of a draw:\n- {show(rules, chr(10) + '- ')}"
        f"\n\nThe cards at the start: {show(data['hand'], ' ')}\n\n{show(rounds, chr(10))}\n\n"
        f"What is the judgement of the draw in round {len(data['rounds'])}? Answer with its "
        f"number, {shape}.\n" + final_answer("the number", "NUMBER")
    )


def verify(data: Data, text: str) -> Verdict:
    answer = _read(text)
    if answer == CHI and not data["chi"]:
        return wrong("there is no Chi in the rules of this game")
    card = data["rounds"][-1]["draw"]
    if answer == _outcome(data, letters=ascii_uppercase):
        return right(f"drawing {card} in the last round is {WORDS[answer]}")
    return wrong(f"drawing {card} in the last round is not {WORDS[answer]}")


def solve(data: Data) -> str:
    return str(_outcome(data, letters=ascii_uppercase))


def _read(text: str) -> int:
    word = text.strip().rstrip(".").capitalize() if len(text) < 20 else text
    answer = WORDS.index(word) if word in WORDS else integer(text)
    if answer not in (PASS, PENG, CHI):
        raise Unreadable("expected 0, 1 or 2")
    return answer


def _outcome(data: Data, *, letters: str) -> int:
    hand = list(data["hand"])
    *earlier, last = data["rounds"]
    for turn in earlier:
        hand.append(turn["draw"])
        hand.remove(turn["discard"])
    return _judged(hand, last["draw"], chi=data["chi"], letters=letters)


def _judged(hand: Sequence[str], card: str, *, chi: bool, letters: str = ascii_uppercase) -> int:
    if hand.count(card) >= 2:
        return PENG
    if not chi or card not in letters:
        return PASS
    place = letters.index(card)
    for first in range(max(0, place - 2), place + 1):
        run = letters[first : first + 3]
        if len(run) == 3 and all(letter == card or letter in hand for letter in run):
            return CHI
    return PASS


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, solution = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    fields = solution if isinstance(solution, dict) else {}
    hand, turns, stored = map(fields.get, ("initial_cards", "rounds", "solution"))
    if not isinstance(hand, str) or not hand:
        raise Damaged("initial_cards is not a text of letters")
    if not isinstance(turns, list) or not turns or not all(map(_is_turn, turns)):
        raise Damaged("rounds is not a list of an added and a removed card each")
    if type(stored) is not int:
        raise Damaged("solution is not an integer")
    if not question:
        raise Damaged("question.txt is empty")
    rounds = [{"draw": turn["add"], "discard": turn["remove"]} for turn in turns]
    del rounds[-1]["discard"]  # the question does not tell it
    data = {"hand": hand, "rounds": rounds, "chi": '"Chi' in question}
    try:
        outcome = _outcome(data, letters=ascii_uppercase)
    except ValueError:
        raise Damaged("a card is removed that the hand does not hold") from None
    # Some cards are "[", which follows "Z" in ASCII: the published generator took it for a letter.
    lenient = _outcome(data, letters=ascii_uppercase + "[")
    flags: frozenset[Flag] = frozenset() if outcome == lenient else frozenset({"ambiguous"})
    foreign = "" if re.fullmatch(r"[A-Z]+", _cards(data)) else "a card shows no letter"
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data=data,
        stored=str(stored),
        flags=flags,
        notes=foreign,
    )


def _is_turn(turn: Any) -> bool:
    cards = [turn.get("add"), turn.get("remove")] if isinstance(turn, dict) else [None]
    return all(isinstance(card, str) and len(card) == 1 for card in cards)


def _cards(data: Data) -> str:
    return str(data["hand"]) + "".join("".join(turn.values()) for turn in data["rounds"])


TASK = Task(
    name=NAME,
    title="Mahjong Pattern",
    version=1,
    split="seen",
    family="logic",
    idea="A hand of letter cards changes round by round; judge the last card drawn: Peng (two of "
    "its kind are held), Chi (it completes three letters in a row) or Pass.",
    knobs="The number of rounds and the size of the hand; Chi exists from level 3 on.",
    acceptance="The number of the judgement, 0, 1 or 2, or its name: Pass, Peng or Chi.",
    published_defects=(
        "17 of the 200 keys are wrong: 3 say Chi where the printed rules have none, 11 miss a Chi "
        "because a doubled letter hides the run from the program that made them, and 3 count `[` "
        "as the letter after Z. In 4 instances the result depends on that card. All true answers "
        "of one-round games are Pass."
    ),
    size_name="cards at the start and rounds",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"rounds-{rounds}": {"hand": 13, "rounds": rounds, "chi": rounds > 2}
        for rounds in range(1, 6)
    },
    published=published,
)

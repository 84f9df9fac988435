"""The law of edits, at length: a session edited in any way says what a fresh session with the same answers says.

`python -m tests.edit_law --pairs 1000000` holds random consultations and edits them in every way there is: answers given and
gone back to, typed over, skipped, set aside and taken up again, supposed and kept, supposed and dropped, asked in quick mode
and in full. After every edit the session is compared with a fresh one that is given the same answers at once, in another
order: the answers that count, the next question, all that may still come, and the stage. In samples: every conclusion of the
report, every source it cites, and the review screen. A supposition is compared as well with the session it must not touch.

Each block of pairs has a seed of its own, so that any violation can be held again: the seed is printed with it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from multiprocessing import Pool

from flows.dialog.audit import random_answer
from flows.dialog.events import Command, Did, Event, Stale, Typed
from flows.dialog.session import Screen, Session
from flows.dialog.turn import settle, turn
from tests.dialog.trainee import NOW, knowledge, plan_of, shown_of, written

BLOCK = 1000
"""Pairs for one seed."""
LIFE = 80
"""Edits of one consultation before another begins."""
SAMPLE = 40
"""One in so many pairs is compared in every conclusion."""
QUICK = 0.06
"""The share of consultations that begin in quick mode."""


def given_at_once(session: Session) -> Session:
    """A session that was given the same answers at once, in another order, and stands where they lead."""
    answers = dict(sorted(session.answers.items(), reverse=True))
    bare = Session(language=session.language, consented=session.consented, answers=answers, skipped=session.skipped, quick=session.quick)
    return settle(replace(bare, screen=session.screen if session.consented else Screen.CONSENT), knowledge(), bare).session


def differences(session: Session, *, whole: bool) -> Iterator[str]:
    """In what a session differs from a fresh one with the same answers."""
    fresh = given_at_once(session)
    if fresh.answers != session.answers:
        yield "an answer that makes no sense was kept"
    if plan_of(fresh) != plan_of(session):
        yield "another question follows"
    if session.screen in (Screen.ASKING, Screen.REVIEW) and fresh.stage != session.stage:
        yield f"it stands at {session.stage}, not at {fresh.stage}"
    if whole and shown_of(fresh) != shown_of(session):
        yield "the report or the review says something else"


class Editor:
    """Holds consultations from one seed and edits them. ``done`` counts the edits by kind; ``faults`` are the violations."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.faults: list[str] = []
        self.session = Session()
        self.kinds: list[Callable[[], None]] = [
            *(self.answers_next,) * 5,
            *(self.edits, self.edits, self.edits, self.types_over, self.types_over),
            *(self.goes_back, self.skips, self.keeps_supposed, self.keeps_supposed, self.drops_supposed, self.takes_up_again),
            *(self.changes_the_pace, self.looks_around, self.types_findings),
        ]

    def begins(self) -> None:
        """A new consultation with some answers already given."""
        base = knowledge()
        unsure, share = self.rng.random() * 0.6, self.rng.choice((0.0, 0.3, 0.7, 1.0))
        answers = {name: random_answer(spec.core, self.rng, unsure) for name, spec in base.fields.items() if self.rng.random() < share}
        bare = Session(language=self.rng.choice(("en", "zh")), consented=True, answers=answers, quick=self.rng.random() < QUICK)
        self.session = settle(replace(bare, screen=Screen.ASKING), base, bare).session

    def holds(self, pairs: int) -> Editor:
        """So many edits, each followed by the comparison."""
        for number in range(pairs):
            if number % LIFE == 0:
                self.begins()
            kind = self.rng.choice(self.kinds)
            kind()
            self.done[kind.__name__] += 1
            self.faults += [f"pair {number}, {kind.__name__}: {what}" for what in differences(self.session, whole=number % SAMPLE == 0)]
        return self

    def does(self, *events: Event) -> None:
        """Turns."""
        for event in events:
            self.session = turn(self.session, event, knowledge(), NOW).session

    def anything(self, field: str) -> str:
        """Words for any answer that a field takes."""
        return written(random_answer(knowledge().fields[field].core, self.rng, 0.2))

    def any_field(self, *, given: bool = False) -> str:
        """A field, if wanted one that was answered."""
        known = list(self.session.answers) if given else []
        return self.rng.choice(known or list(knowledge().fields))

    # --- the ways to edit -----------------------------------------------------------------------------------------------

    def answers_next(self) -> None:
        """Answers the question on the screen."""
        if self.session.screen is Screen.CHECK:
            self.does(Did(Command.KEEP))
        elif self.session.screen is Screen.ASKING:
            self.does(Typed(self.anything(self.session.subject)))
        else:
            self.does(Did(Command.RESUME))

    def edits(self) -> None:
        """Goes to an answer from the review and changes it."""
        field = self.any_field(given=True)
        self.does(Did(Command.EDIT, field), Typed(self.anything(field)))

    def types_over(self) -> None:
        """Changes the message with which something was answered."""
        field = self.any_field(given=True)
        self.does(Typed(self.anything(field), field))

    def types_findings(self) -> None:
        """Types findings that nothing asked for, and records them."""
        field = self.any_field()
        label = knowledge().fields[field].label[self.session.language]
        self.does(Typed(f"{label} {self.anything(field)}"))
        if self.session.screen is Screen.PROPOSAL:
            self.does(Did(self.rng.choice((Command.KEEP, Command.DROP))))

    def goes_back(self) -> None:
        """Goes back one question, or to an answer, and answers or leaves it."""
        self.does(Did(Command.BACK, self.rng.choice(("", self.any_field(given=True)))))
        if self.session.screen is Screen.ASKING and self.rng.random() < 0.5:
            self.does(Typed(self.anything(self.session.subject)))

    def skips(self) -> None:
        """Leaves a question for later."""
        self.does(Did(Command.SKIP))

    def takes_up_again(self) -> None:
        """Takes an answer back into use that was set aside, where it makes sense again."""
        for field in self.session.aside:
            self.does(Did(Command.EDIT, field), Typed(self.anything(field)))
            break

    def changes_the_pace(self) -> None:
        """Out of quick mode, or seldom into it, as it is slower to walk."""
        if self.session.quick or self.rng.random() < QUICK:
            self.does(Did(Command.QUICK))
        else:
            self.does(Did(Command.QUICK, "off"))

    def looks_around(self) -> None:
        """Reads something, switches the language, pauses, or meets an old button."""
        looks = (Did(Command.REVIEW), Did(Command.SUMMARY), Did(Command.LANGUAGE), Did(Command.CANCEL), Did(Command.WHY), Stale(), Did(Command.HELP))
        self.does(self.rng.choice(looks))

    def _supposes(self) -> Session:
        """Supposes one to three other answers, and tells whether the session stayed as it was. What waits for a yes is dropped first."""
        if self.session.screen is Screen.PROPOSAL:
            self.does(Did(Command.DROP))
        before = self.session
        for _ in range(self.rng.randint(1, 3)):
            field = self.any_field(given=self.rng.random() < 0.6)
            self.does(Did(Command.WHATIF, field), Typed(self.anything(field)))
        self._untouched(before)
        return before

    def _untouched(self, before: Session) -> None:
        """Nothing that counts may have changed."""
        for name in ("answers", "skipped", "aside", "checked", "stage", "shown", "quick"):
            if getattr(before, name) != getattr(self.session, name) and before.screen is not Screen.CANCELLED:
                self.faults.append(f"a supposition changed '{name}'")

    def keeps_supposed(self) -> None:
        """Supposes something, and keeps it: as if it had been answered."""
        before = self._supposes()
        answers = {**before.answers, **self.session.supposed}
        self.does(Did(Command.KEEP))
        bare = replace(before, answers=answers, skipped=before.skipped - self.session.answers.keys())
        if settle(replace(bare, screen=Screen.ASKING), knowledge(), bare).session.answers != self.session.answers:
            self.faults.append("what was kept is not what was supposed")

    def drops_supposed(self) -> None:
        """Supposes something, and drops it: as if nothing had been."""
        before = self._supposes()
        self.does(Did(Command.DROP))
        if self.session.answers != before.answers or self.session.aside != before.aside or self.session.supposed:
            self.faults.append("something dropped was left behind")


def block(seed: int, pairs: int = BLOCK) -> tuple[int, Counter[str], list[str]]:
    """One seed: it, its edits by kind, and its violations."""
    editor = Editor(seed).holds(pairs)
    return seed, editor.done, editor.faults


def main() -> int:
    """Holds as many pairs as wanted and prints what was found."""
    parser = argparse.ArgumentParser(description="The law of edits over many random pairs of a session and an edit.")
    parser.add_argument("--pairs", type=int, default=1_000_000, help="how many pairs (in thousands)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    wanted = parser.parse_args()
    begun, done, faults = time.monotonic(), Counter[str](), list[str]()
    seeds = range(wanted.first, wanted.first + max(1, wanted.pairs // BLOCK))
    with Pool(wanted.processes) as pool:
        for seed, kinds, found in pool.imap_unordered(partial(block), seeds):
            done += kinds
            faults += [f"seed {seed}, {fault}" for fault in found]
            if done.total() % (50 * BLOCK) == 0:
                print(f"{done.total():>9,} pairs  {len(faults)} violations  {time.monotonic() - begun:.0f} s", flush=True)
    print("\n".join(faults[:50]))
    for kind, count in done.most_common():
        print(f"{count:>9,}  {kind.replace('_', ' ')}")
    print(f"{done.total():,} pairs, seeds {seeds[0]} to {seeds[-1]}, {len(faults)} violations, {time.monotonic() - begun:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

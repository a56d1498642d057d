"""Laws of the engine, for any sequence of turns."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.conversation import (
    AddToCase,
    Amend,
    Conversation,
    Erase,
    HandOff,
    Say,
    Schedule,
    State,
    Turn,
)
from dialogs.engine import agenda, counting, picking, start, step
from dialogs.engine.commands import COMMANDS
from dialogs.engine.work import Work
from dialogs.limits import shown
from dialogs.messages import Speaker
from dialogs.migrate import migrate
from dialogs.programme.room import shown_length
from tests.talk import edition, reread

NUMBER = 1042
BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VALUE = re.compile(r"[A-Za-z0-9_+./:@-]{1,29}")
LONGEST_MESSAGE = 4096

SAID = (
    "dzivojam anglija, gribam uz smilteni vai kkur tuvuma, berni 6 un 3 gadi",
    "Живем в Ирландии, хотим в Даугавпилс, двое детей 12 и 8 лет, нужна школа",
    "We live in Norway and want to move to Valmiera or Kuldīga next summer, no kids",
    "mēs nezinām kur, varbūt Talsi, man 23",
    "esam jau atpakaļ kopš oktobra, dzīvojam Rēzeknē, bērns mājās, skola neņem",
    "viņš mani sit, draud nogalināt", "нам негде жить", "nevaru vairs", "bail, ka nepaņems",
    "mans personas kods 120585-12345, tālrunis +371 20000000, dēls Jānis ir slims",
    "1", "2", "0", "1 2 3", "99", "-1", "3000", "2020", "2016 2021", "divi", "13",
    "999999999999999999",
    "jā", "nē", "nezinu", "да", "нет", "yes", "ok", "varbūt", "visiem: neprot", "viss", "vienalga",
    "vasarā", "2027. gada jūnijā", "oktobrī", "jau atpakaļ", "tas ir viss", "turpināt", "atpakaļ",
    "izlaist", "latviski", "по-русски", "English", "valoda", "dzēst", "cilvēku", "nosūtīt",
    "labot",
    "Anglija", "Gruzija", "Austrija vai Austrālija", "Daugavpils", "Jelgava", "Aglona",
    "Liepāja, Cēsis",
    "šeit", "zvaniet", "family@example.org", "+44 7700 900123", "20000000", "agrāk", "Atstāt: 2020",
    "", " ", "\n", "\x00", "\u202e\u200b", "<b>&amp;</i>", "{n} {item} %s {}", "💥" * 50,
    "ā" * 3000,
    "'; drop table families; --", "@review", "/start", "/x", "product:back", "a@" * 300, "1." * 400,
)  # fmt: skip
FORGED = (
    "", "go", "stop", "done", "keep", "all", "more", "list", "line:1", "line:", "line:99", "line:x",
    "line:١", "part:0", "part:1", "part:x", "change", "yes", "no", "send", "now", "tomorrow",
    "never_mind", "skip", "+rent_home", "-rent_home", "xrent_home", "+nothing", "group:work",
    "group:", "out:1", "in:1", "in:77", "add", "all:none", "as:none", "2020", "abroad", "GB",
    "unsure",
    "soon:2026-11", "season:", "chat", "phone", "email", "lv", "xx", "/back", "/nothing", "/",
    "/language:ru", "/language:", "/delete_me", "/human", "LV-DGV", "earlier_years", "\x00",
)  # fmt: skip
STAFF = ("taken", "words", "moved", "late", "closed", "nonsense")

moves = st.one_of(
    st.tuples(st.just("text"), st.sampled_from(SAID), st.integers(0, 9)),
    st.tuples(st.just("text"), st.sampled_from(SAID), st.integers(0, 9)),
    st.tuples(st.just("text"), st.text(max_size=80), st.integers(0, 9)),
    st.tuples(st.just("tap"), st.integers(0, 40), st.integers(0, 3)),
    st.tuples(st.just("tap"), st.integers(0, 40), st.just(0)),
    st.tuples(st.just("tap"), st.integers(0, 40), st.just(0)),
    st.tuples(st.just("tap"), st.integers(0, 40), st.just(0)),
    st.tuples(st.just("forged"), st.sampled_from(FORGED), st.integers(-1, 60)),
    st.tuples(st.just("command"), st.sampled_from((*COMMANDS, "nothing", "")), st.just(0)),
    st.tuples(st.just("correction"), st.sampled_from(SAID), st.integers(0, 30)),
    st.tuples(st.just("attachment"), st.sampled_from(("photo", "voice", "sticker", "?")),
              st.integers(0, 2)),
    st.tuples(st.just("contact"), st.sampled_from(("+37120000000", "foreign", "")), st.just(0)),
    st.tuples(st.just("location"), st.just(""), st.just(0)),
    st.tuples(st.just("due"), st.just(""), st.integers(0, 20)),
    st.tuples(st.just("staff"), st.sampled_from(STAFF), st.just(0)),
    st.tuples(st.just("migrate"), st.just(""), st.just(0)),
)  # fmt: skip


class Family:
    """Plays moves and looks after the laws."""

    def __init__(self) -> None:
        self.edition = edition()
        self.now = BEGINNING
        self.c: Conversation | None = None
        self.kept: Conversation | None = None
        """The same talk, never written and read again, with what the engine remembers of it."""
        self.buttons: list[list[tuple[int, str]]] = []
        self.ids = 0
        self.handed = 0

    def turn(self, **fields: Any) -> None:
        """One turn, with every law checked."""
        self.ids += 1
        self.now += timedelta(seconds=2 + 20 * (self.ids % 3))
        turn = Turn(f"u{self.ids}", self.now, **fields)
        before = self.c
        made = (
            start(self.edition, "c1", turn) if before is None else step(self.edition, before, turn)
        )
        if self.kept is not None and self.kept == before:
            again = step(self.edition, self.kept, turn)
            assert again == made, "what is remembered of a talk changes nothing"
            self.kept = again.conversation
        else:
            self.kept = made.conversation
        c = made.conversation
        handed = sum(isinstance(effect, HandOff) for effect in made.effects)
        if handed and c.case is not None:
            c = msgspec.structs.replace(c, case=msgspec.structs.replace(c.case, number=NUMBER))
            self.kept = c
        self.c = reread(c)
        self.laws(before, c, turn, handed)
        self.render(c, made.effects)
        if any(isinstance(effect, Erase) for effect in made.effects):
            assert (not c.story and not c.answers) or turn.kind == "due"
            self.handed = 0
            if turn.kind == "due":
                self.c = None
                self.buttons = []

    def laws(self, before: Conversation | None, c: Conversation, turn: Turn, handed: int) -> None:
        """What holds after every turn."""
        if c.case is None:
            self.handed = 0
        self.handed += handed
        assert handed <= 1
        assert self.handed <= 1, "handed over twice"
        assert before is None or before.case is None or not handed
        assert c.visits >= (before.visits if before else 0) or c.state is State.WITHDRAWN
        assert c.prompt is None or c.prompt.visit <= c.visits
        for path, answer in c.answers.items():
            question_id, item = agenda.split(path)
            compiled = self.edition.questions[question_id]
            assert bool(compiled.group) == bool(item)
            if item and compiled.group:
                assert item in agenda.items(c, compiled.group)
            assert answer.revision == self.edition.id
        assert len(set(c.agenda)) == len(c.agenda)
        for path in c.agenda:
            assert agenda.question_of(self.edition, path) is not None
            settled = not agenda.unsettled(c, path)
            reopened = c.prompt is not None and c.state in (State.ASKING, State.AMENDING)
            assert not settled or reopened or turn.kind != "text" or c.state is not State.REVIEWING
        if c.notice is None:
            assert not c.story and not c.answers and not c.needs and not c.questions
            said = turn.text.strip()
            if len(said) > 8 and c.state in (State.LANGUAGE, State.NOTICE) and not c.source:
                assert said not in msgspec.json.encode(c).decode()
        if before is not None and before.case is None and c.case is None:
            self.never_rises(before, c, turn)

    def never_rises(self, before: Conversation, c: Conversation, turn: Turn) -> None:
        """ "N more questions" is the longest way left: no answer makes it longer.

        It may rise where the family changes an answer, goes back, or has more children than the
        buttons offer.
        """
        asking = before.state is State.ASKING and c.state is State.ASKING
        path = before.prompt.path if before.prompt is not None else ""
        if not asking or path in before.answers or c.earlier != before.earlier:
            return
        question = agenda.question_of(self.edition, path)
        if question is None or len(c.trail) <= len(before.trail):
            return
        if question.kind == "group" and len(agenda.items(c, path)) > (question.most or 0):
            return
        left = [counting.questions_left(Work(self.edition, each, turn)) for each in (before, c)]
        answered = 0 if agenda.unsettled(c, path) else 1
        assert left[1] <= left[0] - answered, (path, left)

    def render(self, c: Conversation, effects: tuple[Any, ...]) -> None:
        """Every message can be said in every language, within the limits."""
        for effect in effects:
            assert isinstance(effect, Say | Amend | HandOff | AddToCase | Erase | Schedule)
            if not isinstance(effect, Say | Amend):
                continue
            for language in ("lv", "ru", "en"):
                drawn = Speaker(self.edition, c, self.now, NUMBER, language).draw(effect)
                assert len(shown(drawn.html)) <= LONGEST_MESSAGE
                assert drawn.html.strip() or isinstance(effect, Amend)
                self.lengths(effect, c, language)
                for row in drawn.rows:
                    assert len(row) <= 4
                    for label, value in row:
                        assert 0 < len(label) <= 32, label
                        assert VALUE.fullmatch(value), value
            if effect.buttons or effect.last:
                shown_now = [(effect.visit, b.value) for b in (*effect.buttons, *effect.last)]
                self.buttons.append(shown_now)

    def lengths(self, effect: Say | Amend, c: Conversation, language: str) -> None:
        """The review and the note keep to their lengths, whatever was answered."""
        names = [name for name, _ in effect.parts]
        speaker = Speaker(self.edition, c, self.now, NUMBER, language)
        if "@review" in names:
            assert shown_length(speaker.part(("@review", {}))) <= 1100
        if "@understood" in names:
            at = max(names.index("@understood") - 1, 0)
            whole = "\n".join(map(speaker.part, effect.parts[at:]))
            assert shown_length(whole) <= 700, whole

    def move(self, kind: str, what: Any, number: int) -> None:
        """Make one move."""
        if kind == "text":
            self.turn(kind="text", text=what, message=f"m{self.ids}", forwarded=number == 9)
        elif kind == "tap" and self.buttons:
            row = self.buttons[max(len(self.buttons) - 1 - number, 0)]
            visit, value = row[what % len(row)]
            self.turn(kind="choice", visit=visit, value=value)
        elif kind == "forged":
            visit = self.c.prompt.visit if number < 0 and self.c and self.c.prompt else number
            self.turn(kind="choice", visit=visit, value=what)
        elif kind == "command":
            self.turn(kind="command", value=what)
        elif kind == "correction":
            self.turn(kind="correction", text=what, message=f"m{number}")
        elif kind == "attachment":
            self.turn(kind="attachment", extra=what, text="jā" if number == 1 else "")
        elif kind == "contact":
            self.turn(kind="contact", extra=what)
        elif kind == "location":
            self.turn(kind="location")
        elif kind == "due" and self.c is not None:
            self.now += timedelta(days=number)
            self.turn(kind="due")
        elif kind == "staff" and self.c is not None:
            self.turn(kind="staff", value=what, text="Labdien!", extra="latgale")
        elif kind == "migrate" and self.c is not None:
            turn = Turn("u", self.now, "text")
            self.kept = migrate(self.edition, self.c, turn).conversation
            self.c = reread(self.kept)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(moves, min_size=1, max_size=30), st.booleans())
def test_any_turns_keep_the_laws(made: list[tuple[str, Any, int]], accepted: bool) -> None:
    family = Family()
    family.turn(kind="command", value="start")
    if accepted:
        family.turn(kind="choice", visit=1, value="lv")
        family.turn(kind="choice", visit=2, value="go")
    for kind, what, number in made:
        family.move(kind, what, number)


def test_a_child_taken_out_and_put_back_has_its_answers_again() -> None:
    family = Family()
    family.turn(kind="command", value="start")
    family.turn(kind="choice", visit=1, value="lv")
    family.turn(kind="choice", visit=2, value="go")
    said = "Dzīvojam Zviedrijā, gribam uz Kuldīgu vasarā, bērni dzimuši 2016 un 2021"
    family.turn(kind="text", text=said, message="m1")
    assert family.c is not None and family.c.prompt is not None
    family.turn(kind="choice", visit=family.c.prompt.visit, value="done")
    before = dict(family.c.answers)
    assert before["child_year@1"].value == 2016
    work = Work(family.edition, family.c, Turn("u", family.now, "text"))
    picking.mend(work, "children")
    family.c = work.c
    assert family.c.prompt is not None
    family.turn(kind="choice", visit=family.c.prompt.visit, value="out:1")
    assert "child_year@1" not in family.c.answers
    assert family.c.answers["children"].value == ["2"]
    family.turn(kind="choice", visit=family.c.prompt.visit, value="in:1")
    assert family.c.answers["child_year@1"] == before["child_year@1"]
    assert family.c.answers["children"].value == ["1", "2"]


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
@pytest.mark.parametrize("seed", range(6))
def test_whoever_taps_what_is_offered_reaches_the_number(language: str, seed: int) -> None:
    """From the first screen to the number by answers alone, and through all that is left."""
    taken = random.Random(seed)
    family = Family()
    family.turn(kind="command", value="start")
    family.turn(kind="choice", visit=1, value=language)
    for _ in range(120):
        c = family.c
        assert c is not None
        if c.state is State.SENT and (c.prompt is None or (c.later and not c.agenda)):
            break
        if c.prompt is None or not family.buttons:
            break
        row = [(v, b) for v, b in family.buttons[-1] if v == c.prompt.visit]
        answers = [(v, b) for v, b in row if not b.startswith(("/", "x")) and b not in AVOIDED]
        places = {"place": "Smiltene", "home": "Rīga", "last_home": "Cēsis"}
        if c.prompt.path in places:
            family.turn(kind="text", text=places[c.prompt.path])
        elif answers:
            visit, value = taken.choice(answers)
            family.turn(kind="choice", visit=visit, value=value)
        else:
            family.turn(kind="text", text=TYPED.get(c.prompt.path.partition("@")[0], "izlaist"))
    assert family.c is not None and family.c.case is not None
    assert family.handed == 1


AVOIDED = frozenset({
    "stop", "mend", "more", "remove", "list", "topics", "earlier_years", "add", "fix", "tomorrow",
    "not_now", "email",
})  # fmt: skip
"""Buttons that lead round in circles, or away."""
TYPED = {"contact": "+371 20000000", "work": "pavārs", "already_asked": "vēl nevienam"}

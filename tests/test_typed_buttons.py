"""Whatever stands on a button can be typed instead: the same answer, the same question next."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogs.conversation import Amend, Conversation, Effect, HandOff, Say, State, Step, Turn
from dialogs.engine import start, step
from dialogs.messages import Speaker
from tests.talk import edition
from tests.test_engine import STORY, begun, last, lines, talk

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OWN = {"lv": "Latviešu", "ru": "Русский", "en": "English"}
STORIES = {
    "lv": "Dzīvojam Īrijā, gribam uz Cēsīm vai Valku vai kur tuvumā, vajag darbu, dzīvokli, skolu. "
    "Bērni dzimuši 2016 un 2022",
    "ru": "Живём в Ирландии, хотим в Цесис или в Валку, нужна работа, квартира, школа, хочу "
    "открыть кафе. Дети 2016 и 2022 года рождения",
    "en": "We live in Ireland, want to go to Cēsis or Valka, need a job, a flat to rent, a school, "
    "recognise a diploma. Children born 2016 and 2022",
}
ADDRESS, PHONE = "family@example.com", "+353 86 123 4567"
MOST_TURNS = 90


def counts(made: Step) -> tuple[Any, ...]:
    """What a step comes to, apart from how it was said."""
    c = made.conversation
    values = {path: answer.value for path, answer in c.answers.items()}
    prompt = (c.prompt.path, c.prompt.picked) if c.prompt is not None else None
    sent = any(isinstance(effect, HandOff) for effect in made.effects)
    return c.state, c.language, values, c.agenda, c.resume, c.later, prompt, sent


def shown(c: Conversation, effects: tuple[Effect, ...]) -> Say | Amend | None:
    """The message of the open prompt, if this step drew it."""
    drawn = [each for each in effects if isinstance(each, Say | Amend)]
    visit = c.prompt.visit if c.prompt is not None else -1
    return next((each for each in reversed(drawn) if each.visit == visit), None)


class Walk:
    """Taps its way through the interview; ``buttons`` gives what stands on the screen."""

    def __init__(self, language: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.language, self.story = language, STORIES[language] if seed % 2 else ""
        self.acts = 0
        made = start(edition(), "c1", self.turn("command", value="start"))
        self.c = made.conversation
        self.open = shown(self.c, made.effects)

    def turn(self, kind: Any, **fields: Any) -> Turn:
        self.acts += 1
        at = AT + timedelta(seconds=self.acts)
        return Turn(f"u{self.acts}", at, kind, message=f"m{self.acts}", **fields)

    def buttons(self) -> list[tuple[str, str]]:
        assert self.open is not None
        rows = Speaker(edition(), self.c, AT).draw(self.open).rows
        return [button for row in rows for button in row]

    def go_on(self) -> None:
        """One turn of the walk."""
        assert self.c.prompt is not None
        path, buttons = self.c.prompt.path, self.buttons()
        values = {value for _, value in buttons}
        if self.c.state is State.TELLING and not self.c.story and self.story:
            turn = self.turn("text", text=self.story)
        elif path == "contact" and "chat" not in values:
            turn = self.turn("text", text=ADDRESS)
        elif self.c.state is State.HUMAN:
            turn = self.turn("text", text=PHONE)
        else:
            onward = [each for each in buttons if each[1][:1] != "/"]
            if self.c.state is State.LANGUAGE:
                onward = [each for each in buttons if each[0] == OWN[self.language]]
            elif self.c.state in (State.NOTICE, State.REVIEWING):
                onward = buttons[:1]
            turn = self.turn("text", text="Cēsis 2015")
            if onward:
                value = self.chance.choice(onward)[1]
                turn = self.turn("choice", visit=self.c.prompt.visit, value=value)
        made = step(edition(), self.c, turn)
        self.c = made.conversation
        self.open = shown(self.c, made.effects) or self.open

    def __iter__(self) -> Iterator[list[tuple[str, str]]]:
        for _ in range(MOST_TURNS):
            if self.c.prompt is None:
                return
            yield self.buttons()
            self.go_on()


def ticks(path: str, value: str) -> bool:
    """Whether a button only ticks a need: named in words, needs are picked and done."""
    return path == "needs" and value[:1] in "+-"


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_a_label_typed_does_what_its_button_does(language: str) -> None:
    seen: set[tuple[str, str, str]] = set()
    for seed in range(8):
        walk = Walk(language, seed)
        for buttons in walk:
            prompt = walk.c.prompt
            assert prompt is not None
            for label, value in buttons:
                known = (walk.c.state, prompt.path, label)
                if known in seen or ticks(prompt.path, value):
                    continue
                seen.add(known)
                tap = walk.turn("choice", visit=prompt.visit, value=value)
                tapped = counts(step(edition(), walk.c, tap))
                for said in {label, label.lower(), re.sub(r"^\d+ (?=\D)", "", label)}:
                    typed = counts(step(edition(), walk.c, walk.turn("text", text=said)))
                    assert typed == tapped, (walk.c.state, prompt.path, said, value)
    assert len(seen) > 150


def test_a_way_to_be_answered_is_no_call_for_a_person() -> None:
    made = talk(f">> {STORY}", ">> [Pareizi, tas ir viss]", ">> visas", ">> 2")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.prompt.path == "contact"
    for row in (">> piezvaniet man", f">> {PHONE}"):
        made.act(lines([row])[0])
    assert made.c.state is State.REVIEWING  # nothing is sent that was not seen
    assert made.c.case is None
    assert made.c.answers["contact"].value == {"way": "phone", "value": "+353861234567"}


def test_where_an_address_is_asked_for_another_way_can_be_named() -> None:
    made = talk(f">> {STORY}", ">> [Pareizi, tas ir viss]", ">> visas", ">> 2", ">> [E-pastā]")
    made.act(lines([">> janis(at)example"])[0])
    assert "gimene@example.com" in last(made)
    made.act(lines([">> nav man"])[0])
    assert "[Šeit, šajā sarunā]" in last(made)
    made.act(lines([">> šeit"])[0])
    assert made.c is not None and made.c.answers["contact"].value["way"] == "chat"


def test_ticked_needs_outlast_a_text_not_understood() -> None:
    made = talk(f">> {STORY}, gribu darbu un skolu, un bērnudārzu", ">> tas ir viss")
    assert made.c is not None and made.c.prompt is not None
    first = next(row for row in last(made).split("\n") if "[1 " in row).strip(" []")
    made.act(lines([f">> [{first}]"])[0])
    picked = made.c.prompt.picked
    assert len(picked) == 1
    made.act(lines([">> hmm"])[0])
    assert made.c.prompt is not None and made.c.prompt.picked == picked
    assert f"[✓ {first}]" in last(made)


def test_the_number_of_a_line_to_mend_is_no_way_back() -> None:
    made = talk(f">> {STORY}", ">> [Kaut ko labot]", ">> 1")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.prompt.path not in ("story", "fix")


def test_within_three_months_is_not_as_soon_as_possible() -> None:
    made = talk(">> [Labāk jautājiet man]", *(f">> {each}" for each in (
        "ārzemēs", "Īrija", "Cēsis", "izlaist", "nav", "1", "30", "3 mēnešu laikā", "šeit",
    )))  # fmt: skip
    assert made.c is not None and made.c.state is State.REVIEWING
    assert "2026. gada novembris – 2027. gada februāris · jāpārceļas 3 mēnešu laikā" in last(made)
    assert "cik drīz" not in "\n".join(made.out)


def test_my_data_tells_everything_once() -> None:
    made = begun(">> /start fb-kurzeme", ">> [Latviešu]", ">> [Izlasīju, sākam]", f">> {STORY}",
                 ">> [Pareizi, tas ir viss]", ">> visas", ">> 2", ">> /back", ">> 3",
                 ">> /my_data")  # fmt: skip
    told = next(row for row in reversed(made.out) if "glabājam" in row)
    assert "fb-kurzeme" in told
    assert "Saprastās vajadzības: Mājoklis īrei" in told
    assert "Pieaugušie: 2 pieaugušie (agrākā atbilde)" in told
    assert "Jūsu stāsts" not in told
    assert told.count("Dzīvojam Zviedrijā") == 1

"""Every text in every language keeps to the limits of the house: what is read at one glance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from dialogs import limits
from dialogs.conversation import Conversation, Ref, State, Turn
from dialogs.engine import agenda, needs
from dialogs.engine.beginning import language_buttons, notice_args
from dialogs.engine.questions import draw, time_buttons
from dialogs.engine.work import Work
from dialogs.messages import PAIR, SMALL, WIDE, Speaker
from tests.talk import edition

LANGUAGES_SPOKEN = ("lv", "ru", "en")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MEAN_WORDS = 9
LABELS = (
    "back", "skip", "call_me", "go_on", "done", "read_start", "no_thanks", "begin_anew",
    "ask_me", "thats_all", "right_thats_all", "fix", "needs_more", "needs_remove", "needs_all",
    "needs_by_topic", "yes", "no", "unsure", "none_of_these", "earlier", "later",
    "within_3_months", "not_sure_yet", "place_unsure", "contact_chat", "contact_phone",
    "contact_email", "add_children", "add_adults", "add_item", "send", "mend", "answer_now",
    "remind_tomorrow", "not_now", "change_it", "leave_it", "yes_now", "no_go_on",
    "rather_write", "end_delete", "no_reminders", "restart_yes", "restart_no", "delete_yes",
    "delete_no",
)  # fmt: skip
"""Texts of the talk that stand on buttons."""
PAIRED = (("back", "skip"), ("call_me", "no_thanks"), ("remind_tomorrow", "not_now"),
          ("mend", "back"), ("needs_more", "needs_remove"), ("needs_more", "done"))  # fmt: skip
LONG = {"description": 512, "short_description": 120, "help": 600, "menu": 256}


def speaker(language: str) -> Speaker:
    c = Conversation("c", "return", edition().id, State.ASKING, language)
    return Speaker(edition(), c, NOW, 1042)


def said(language: str, name: str) -> str:
    """A text with something in every brace."""
    entry = edition().texts.entries[name]
    args: dict[str, object] = {
        "channel": edition().texts.say(language, "product:read_telegram"),
        "item": "vecākais bērns", "Item": "Vecākais bērns", "answer": "2023", "text": "x", "n": 11,
        "what": "2023", "title": "Vieta", "name": "Daugavpils", "number": 1042, "year": "2023",
        "region": "Vidzemes plānošanas reģions", "day": "ceturtdiena, 26. novembris",
        "numbers": "999 vai 112", "opens": "pirmdiena, no plkst. 9.00", "words": "Labdien!",
        "version": 1, "office": "plānošanas reģions", "draft_after": "pēc 14 dienām",
        "sent_after": "pēc 30 dienām", "draft_for": "14 dienas", "sent_for": "30 dienas",
        "language": "Українська", "line": "Dzimis: 2023", "needs": "Darbs", "source": "fb-latgale",
    }  # fmt: skip
    if entry.other:
        rest = {name: value for name, value in args.items() if name != "n"}
        return edition().texts.plural(language, name, entry.text, entry.other, 11, **rest)
    return edition().texts.get(language, name, entry.text, **args)


def names(*scopes: str) -> Iterator[str]:
    """The names of texts within these scopes."""
    for name in edition().texts.entries:
        if name.partition(":")[0] in scopes:
            yield name


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
def test_sentences_are_short(language: str) -> None:
    """No sentence has more than 20 words; in the mean they have at most 9."""
    counts: list[int] = []
    for name in names("product", "return"):
        if name.endswith(".full") or name.startswith("return:section."):
            continue
        text = limits.shown(said(language, name))
        longest = limits.longest_sentence(text)
        assert longest <= limits.WORDS, (name, text)
        pieces = [piece for piece in limits._SENTENCE.split(text) if piece.strip()]
        counts += [len(piece.split()) for piece in pieces]
    assert sum(counts) / len(counts) <= MEAN_WORDS


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
def test_lengths(language: str) -> None:
    """First screen 300, notice 600, a question 220 with its reason."""
    c = Conversation("c", "return", edition().id, State.NOTICE, language)
    work = Work(edition(), c, Turn("u", NOW, "text"))
    of = speaker(language)
    assert len(limits.shown(of.part(("return:welcome", {})))) <= limits.FIRST_SCREEN
    notice = of.part(("return:notice.text", notice_args(work)))
    assert len(limits.shown(notice)) <= limits.NOTICE
    full = of.part(("return:notice.full", notice_args(work)))
    assert len(limits.shown(full)) <= limits.WHOLE_NOTICE
    for compiled in edition().questions.values():
        for field in ("text", "again", "differently"):
            if f"{compiled.name}.{field}" not in edition().texts.entries:
                continue
            text = said(language, f"{compiled.name}.{field}")
            if field == "text" and compiled.question.why:
                text += "\n" + said(language, f"{compiled.name}.why")
            assert len(limits.shown(text)) <= limits.QUESTION, (compiled.id, text)
        assert len(said(language, f"{compiled.name}.title")) <= limits.TITLE
    for name in names("product"):
        short = name.partition(":")[2]
        most = LONG.get(short) or (LONG["menu"] if short.startswith("menu_") else limits.QUESTION)
        assert len(limits.shown(said(language, name))) <= most, name


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
def test_labels(language: str) -> None:
    """A label alone has at most 32 characters, one of a pair 15, a need's 28."""
    for name in LABELS:
        assert len(said(language, f"product:{name}")) <= WIDE, name
    for pair in PAIRED:
        for name in pair:
            assert len(said(language, f"product:{name}")) <= PAIR, name
    for compiled in edition().questions.values():
        for choice in compiled.question.choices:
            label = said(language, f"{compiled.name}.{choice.id}.text")
            assert len(label) <= WIDE, (compiled.id, label)
            if compiled.question.same:
                same = edition().texts.say(language, f"{compiled.name}.same", answer=label)
                assert len(same) <= WIDE, same
    for need in edition().programme.needs:
        label = edition().texts.say(language, f"needs:{need}.family")
        assert 0 < len(label) <= limits.NEED, (need, label)
    for group in edition().programme.groups:
        assert len(edition().texts.say(language, f"needs:{group.id}.group")) <= WIDE
        assert len(group.needs) <= 8 or group.id
    assert language_buttons(edition().languages.full)[0].alone


def one_of_each(language: str) -> Work:
    """A family with two children and two adults, nothing else known."""
    c = Conversation("c", "return", edition().id, State.ASKING, language)
    work = Work(edition(), c, Turn("u", NOW, "text"))
    pair = work.answer(["1", "2"], "", "typed")
    work.change(answers={"children": pair, "adults": pair}, trail=("status",))
    return work


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
def test_buttons_of_every_question(language: str) -> None:
    """At most eight answers; rows hold what fits; nothing is cut; values are short."""
    work = one_of_each(language)
    of = Speaker(edition(), work.c, NOW)
    for question in edition().questions.values():
        if question.question.kind in ("story", "needs"):
            continue
        for path in agenda.paths_of(edition(), work.c, question.id):
            drawn = draw(work, path)
            assert len(drawn.buttons) <= 8, path
            assert len(drawn.last) <= 2
            for row in of.rows(drawn.buttons, drawn.last):
                widest = max(len(label) for label, _ in row)
                room = {1: WIDE, 2: PAIR}.get(len(row), SMALL)
                assert widest <= room, row
                assert all("…" not in label for label, _ in row), row
                assert all(len(value.encode()) <= 29 for _, value in row), row


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
def test_the_needs_question_with_eight_needs(language: str) -> None:
    work = one_of_each(language)
    some = tuple((need, "words") for need in list(edition().programme.needs)[:8])
    work.change(needs=some)
    parts, buttons, last = needs._draw(work, "")
    of = Speaker(edition(), work.c, NOW)
    rows = of.rows(buttons, last)
    assert len(buttons) == 8
    assert len(rows) == 9, "one last row"
    assert all("…" not in label for row in rows for label, _ in row)
    text = "\n".join(map(of.part, parts))
    assert len(limits.shown(text)) <= limits.QUESTION


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
def test_every_need_fits_with_its_number_and_tick(language: str) -> None:
    of = speaker(language)
    for need in edition().programme.needs:
        label = of.label(needs._need_button(need, (need,), 8))
        assert len(label) <= WIDE
        assert "…" not in label, label


@pytest.mark.parametrize("language", LANGUAGES_SPOKEN)
@pytest.mark.parametrize("month", range(1, 13))
def test_times_offered_all_year(language: str, month: int) -> None:
    of = speaker(language)
    labels = [of.label(button) for button in time_buttons(date(2027, month, 15))]
    assert len(labels) == len(set(labels)) == 5
    assert all(len(label) <= WIDE and "…" not in label for label in labels)
    assert isinstance(of.text(Ref("month", f"2027-{month:02}")), str)

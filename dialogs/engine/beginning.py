"""The beginning: language, notice, and what is kept before it is read (almost nothing)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from dialogs.conversation import Acceptance, Button, Conversation, Part, Ref, State
from dialogs.edition import Edition
from dialogs.engine import agenda, telling
from dialogs.engine.work import Work
from dialogs.languages import ENTRY, Languages
from dialogs.messages import Speaker, labels
from dialogs.recognise import choices
from dialogs.recognise.command_words import read_command
from dialogs.recognise.yes_no import read_yes_no

NOTICE_BUTTONS = (
    Button("go", "product:read_start", alone=True),
    Button("/human", "product:call_me"),
    Button("stop", "product:no_thanks"),
)
SOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
"""What a deep link's payload looks like that names where the link stood ("fb-latgale-2026")."""
SOURCE_DIGITS = 4
"""A year has four digits; more may be somebody's number."""


def source_of(payload: str) -> str:
    """The source a deep link names; "" for anything else, which a person may have typed."""
    named = SOURCE.fullmatch(payload) and sum(map(str.isdigit, payload)) <= SOURCE_DIGITS
    return payload if named else ""


def language_buttons(codes: Iterable[str]) -> tuple[Button, ...]:
    """A button for each of these languages, named in itself; the first keeps its row."""
    return tuple(Button(code, f"{ENTRY}:{code}", alone=not n) for n, code in enumerate(codes))


def welcome(work: Work) -> None:
    """The first screen, in Latvian, with a choice of the full languages."""
    work.stand(State.LANGUAGE)
    buttons = language_buttons(work.edition.languages.full)
    work.open("language", ((f"{work.c.script}:welcome", {}),), buttons)


def every_language(work: Work) -> None:
    """For whoever asks before one is chosen: all that are spoken, partial ones too."""
    work.stand(State.LANGUAGE)
    buttons = language_buttons(work.edition.languages.offered)
    work.open("language", (("product:which_language", {}),), buttons, page=EVERY)


def language_text(work: Work, said: str) -> None:
    """A language typed instead of tapped. Nothing else is kept here."""
    code = language_named(work.edition.languages, said)
    if code:
        language_tap(work, code)
        return
    work.note("product:not_kept_yet")
    if work.c.prompt is not None and work.c.prompt.path == SECOND:
        ask_second(work)
    else:
        welcome(work)


def language_tap(work: Work, code: str) -> None:
    """A language tapped before the notice: the first one, or the second."""
    if work.c.prompt is not None and work.c.prompt.path == SECOND:
        choose_second(work, code)
    else:
        choose(work, code)


def language_named(languages: Languages, said: str) -> str:
    """The code of the language that a text names, in any language; "" for none."""
    found = choices.match_choice(said, list(languages.words.items()))
    return found[0] if len(found) == 1 else ""


LANGUAGE_SHOWS = 25
"""Characters from which a text's language is told with some certainty."""
EVERY = "every"
"""The page of the first screen's prompt that shows every language."""
SECOND = "second"
"""The prompt that asks in which language to say what a partial one lacks."""


def choose(work: Work, code: str) -> None:
    """The language the person asks for; from now on only this one is used."""
    if code not in work.edition.languages.offered:
        welcome(work)
        return
    asked = work.c.prompt.page if work.c.prompt is not None else ""
    work.close(
        ticked(code), (("product:which_language" if asked else f"{work.c.script}:welcome", {}),)
    )
    work.speak(code)
    if wants_second(work.edition, code):
        ask_second(work)
    else:
        notice(work)


def ticked(code: str) -> Part:
    """The mark of a language that was chosen."""
    return "product:tick", {"what": Ref("message", f"{ENTRY}:{code}")}


def wants_second(edition: Edition, code: str) -> bool:
    """Whether a language lacks texts and its file names no language for them."""
    language = edition.languages.get(code)
    return language is not None and language.state == "partial" and not language.fallback


def ask_second(work: Work) -> None:
    """In which of the full languages to say what the one chosen lacks."""
    buttons = language_buttons(work.edition.languages.full)
    work.open(SECOND, (("product:second_language", {}),), buttons)


def choose_second(work: Work, code: str) -> None:
    """The second language, before the notice."""
    if code not in work.edition.languages.full:
        ask_second(work)
        return
    work.close(ticked(code), (("product:second_language", {}),))
    work.speak(work.c.language, code)
    notice(work)


def notice_args(work: Work) -> dict[str, object]:
    """What the notice names: who can read the chat, the office and the days."""
    rules = work.edition.programme.rules.on(work.today)
    behind = work.edition.languages.chain(work.language, work.c.second)
    return {
        "channel": Ref("channel", "read"),
        "office": rules.office_in(work.language, *behind),
        "draft_after": Ref("plural", ("after_days", rules.draft_days)),
        "draft_for": Ref("plural", ("for_days", rules.draft_days)),
        "sent_after": Ref("plural", ("after_days", rules.sent_days)),
        "sent_for": Ref("plural", ("for_days", rules.sent_days)),
    }


def notice(work: Work) -> None:
    """Who receives the answers, why, for how long, and another way to be heard."""
    work.stand(State.NOTICE)
    work.open(
        "notice",
        ((f"{work.c.script}:notice.text", notice_args(work)),),
        NOTICE_BUTTONS[:1],
        NOTICE_BUTTONS[1:],
    )


def full_notice(work: Work) -> Part:
    """The whole text."""
    return f"{work.c.script}:notice.full", notice_args(work)


PLAIN_WORDS = 2
"""Words up to which a yes to the notice is plain; more is a story begun too early."""


def notice_named(work: Work, said: str) -> str:
    """The button of the notice that a short text means, by label, number or plain yes; or ""."""
    words = said.split()
    if any(map(str.isdigit, said)) and len(words) > 1:
        return ""  # "2 children" is no button
    options = [(each.value, labels(work.edition, each, work.c)) for each in NOTICE_BUTTONS]
    found = choices.match_choice(said, options, labels_only=True)
    if len(found) == 1:
        return found[0]
    if len(words) > PLAIN_WORDS:
        return ""
    if read_command(said) == "continue":
        return "go"
    return {"yes": "go", "no": "stop"}.get(read_yes_no(said) or "", "")


def notice_text(work: Work, _: str) -> None:
    """Typed before the notice was read: not kept, and said so."""
    work.note("product:not_kept_yet")
    notice(work)


def notice_tap(work: Work, value: str) -> None:
    """Read, or no thanks."""
    if value == "go":
        accept(work)
        telling.ask(work)
    else:
        stop(work)


def stop(work: Work) -> None:
    """No, thanks: nothing was kept."""
    work.close()
    work.stand(State.WITHDRAWN)
    work.say(("product:stopped", {}), buttons=(Button("/start", "product:begin_anew"),))


def accept(work: Work) -> None:
    """Keep which text was read: version, hash, language, time."""
    work.close()
    notice_ = work.edition.revision.script.notice
    speaker = Speaker(work.edition, work.c, work.turn.at, channel=work.turn.channel)
    shown = speaker.part((f"{work.c.script}:notice.text", notice_args(work)))
    digest = hashlib.sha256(shown.encode()).hexdigest()
    work.change(notice=Acceptance(notice_.version, digest, work.language, work.turn.at))
    agenda.build(work, later=False)


def anew(work: Work) -> None:
    """A fresh talk after a withdrawn one, in the language known."""
    fresh = Conversation(
        work.c.id,
        work.c.script,
        work.edition.id,
        State.LANGUAGE,
        visits=work.c.visits,
        started=work.turn.at,
    )
    work.begin(fresh)
    welcome(work)


def over(work: Work) -> None:
    """Start over: everything told goes, language and notice stay."""
    kept = work.c
    work.close()
    fresh = Conversation(
        kept.id,
        kept.script,
        work.edition.id,
        State.TELLING,
        kept.language,
        kept.source,
        started=work.turn.at,
        notice=kept.notice,
        visits=kept.visits,
        second=kept.second,
    )
    work.begin(fresh)
    agenda.build(work, later=False)
    telling.ask(work)


def offer_language(work: Work, said: str) -> None:
    """Offer, once a talk, to go on in the language a text is written in; never switch unasked."""
    if "language" in work.c.told:
        return
    languages = work.edition.languages
    marks = work.marks(said)
    written = languages.written_in(marks.words)
    if not written and len(said) >= LANGUAGE_SHOWS:
        written = marks.language
    # Somebody who speaks a language with a second one may write either.
    known = (work.language, *languages.chain(work.language, work.c.second))
    if written not in languages.offered or written in known:
        return
    work.change(told=(*work.c.told, "language"))
    if f"product:offer_{written}" in work.edition.texts.entries:
        work.note(f"product:offer_{written}")
    else:
        work.note("product:offer_other", language=Ref("message", f"{ENTRY}:{written}"))
    work.offered = (Button(f"/language:{written}", f"{ENTRY}:{written}", alone=True),)

"""The beginning: language, notice, and what is kept before it is read (almost nothing)."""

from __future__ import annotations

import hashlib
import re

from dialogs.conversation import Acceptance, Button, Conversation, Part, Ref, State
from dialogs.engine import agenda, telling
from dialogs.engine.work import Work
from dialogs.messages import Speaker, labels
from dialogs.recognise import choices
from dialogs.recognise.fold import fold
from dialogs.recognise.language import read_language

LANGUAGES = (
    Button("lv", "product:language_lv", alone=True),
    Button("ru", "product:language_ru"),
    Button("en", "product:language_en"),
)
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


def welcome(work: Work) -> None:
    """The first screen, in Latvian, with a choice of language."""
    work.stand(State.LANGUAGE)
    work.open("language", ((f"{work.c.script}:welcome", {}),), LANGUAGES)


def language_text(work: Work, said: str) -> None:
    """A language typed instead of tapped. Nothing else is kept here."""
    code = language_named(said)
    if code:
        choose(work, code)
        return
    work.note("product:not_kept_yet")
    welcome(work)


def language_named(said: str) -> str:
    """The code of the language that a text names, in any language; "" for none."""
    found = choices.match_choice(said, list(LANGUAGE_WORDS.items()))
    return found[0] if len(found) == 1 else ""


LANGUAGE_SHOWS = 25
"""Characters from which a text's language is told with some certainty."""
LANGUAGE_WORDS = {
    "lv": ("Latviešu", "latviski", "latvian", "латышский", "lv"),
    "ru": ("Русский", "по-русски", "krievu", "krieviski", "russian", "ru"),
    "en": ("English", "angļu", "angliski", "английский", "по-английски", "en"),
}


def choose(work: Work, code: str) -> None:
    """The language the person asks for; from now on only this one is used."""
    if code not in LANGUAGE_WORDS:
        welcome(work)
        return
    work.close(("product:tick", {"what": LANGUAGE_WORDS[code][0]}),
               ((f"{work.c.script}:welcome", {}),))  # fmt: skip
    work.change(language=code)
    notice(work)


def notice_args(work: Work) -> dict[str, object]:
    """What the notice names: who can read the chat, the office and the days."""
    rules = work.edition.programme.rules.on(work.today)
    return {
        "channel": Ref("channel", "read"),
        "office": rules.office[work.language],
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
    found = choices.match_choice(said, options)
    if len(found) == 1:
        return found[0]
    if len(words) > PLAIN_WORDS:
        return ""
    if choices.read_command(said) == "continue":
        return "go"
    return {"yes": "go", "no": "stop"}.get(choices.read_yes_no(said) or "", "")


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
    work.c = fresh
    welcome(work)


def over(work: Work) -> None:
    """Start over: everything told goes, language and notice stay."""
    kept = work.c
    work.close()
    work.c = Conversation(
        kept.id,
        kept.script,
        work.edition.id,
        State.TELLING,
        kept.language,
        kept.source,
        started=work.turn.at,
        notice=kept.notice,
        visits=kept.visits,
    )
    agenda.build(work, later=False)
    telling.ask(work)


_EXACT = {
    fold(word): code for code, words in LANGUAGE_WORDS.items() for word in words if len(word) > 2
}


def language_asked(said: str) -> str:
    """The code of a language that is all that a text says ("latviski"); "" otherwise."""
    return _EXACT.get(fold(said.strip(" .!")), "")


def offer_language(work: Work, said: str) -> None:
    """Offer, once a talk, to go on in the language a text is written in; never switch unasked."""
    written = read_language(said) if len(said) >= LANGUAGE_SHOWS else ""
    if written and written != work.language and "language" not in work.c.told:
        work.change(told=(*work.c.told, "language"))
        work.note(f"product:offer_{written}")
        work.offered = (Button(f"/language:{written}", f"product:language_{written}", alone=True),)

"""The proof of a script as a page that its authors read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialogs import wording
from dialogs.edition import Edition
from dialogs.prove import Length, Proof, Trouble
from dialogs.transcript import plain

BEGIN, END = "<!-- proof -->", "<!-- /proof -->"
"""Marks in a document between which the sheet stands."""
CHATS = 3
"""Failing talks shown in full."""
LINES = 60
"""Lines of a failing talk shown, from its end."""


def proof_sheet(edition: Edition, proof: Proof, language: str = "en") -> str:
    """The sheet as Markdown. The same proof gives the same sheet."""
    say = edition.texts.say

    def words(name: str, /, **args: object) -> str:
        return say(language, f"script:proof.{name}", **args)

    failed = {trouble.code for trouble in proof.troubles}

    def proved(name: str, /, *codes: str, **args: object) -> str:
        return f"- {'✗' if failed & set(codes) else '✓'} {words(name, **args)}"

    def leads(question: str) -> str:
        if question not in proof.reached:
            return words("never")
        group = edition.questions[question].group
        each = words("each", group=_title(edition, group, language)) if group else ""
        apart = words("private") if question in proof.private else ""
        found = _leads(edition, proof.reached[question], language)
        return "; ".join(filter(None, (apart, each, found))) or words("always")

    def avoids(question: str) -> str:
        known = proof.passed.get(question)
        return "–" if known is None else _leads(edition, known, language)

    unreached = [name for name in proof.questions if name not in proof.reached]
    brought = proof.goals - len({goal.key for goal in proof.open})
    rows = [
        words("played", talks=proof.talks, acts=proof.acts, languages=len(proof.languages),
              spoken=", ".join(proof.languages)),
        "",
        f"- {'✗' if unreached else '✓'} "
        + words("reachable", reached=len(proof.reached), questions=len(proof.questions)),
        f"- {'✗' if proof.open or proof.untried else '✓'} "
        + words("both_ways", conditions=proof.conditions, brought=brought, goals=proof.goals),
        proved("agrees", "passed_over", "asked_in_vain"),
        proved("ends", "no_end", "no_hand_off", "no_own_end"),
        proved("once", "asked_twice"),
        proved("understood", "not_understood"),
        proved("urgent", "danger_unheard", "urgent_unflagged", n=proof.alarms),
        "",
        words("lengths", shortest=_length(proof.shortest), longest=_length(proof.longest),
              whole=_length(proof.whole)),
        "",
        f"| {words('question')} | {words('leads')} | {words('avoids')} |",
        "|---|---|---|",
        *(
            f"| {_title(edition, question, language)} | {leads(question)} | {avoids(question)} |"
            for question in proof.questions
        ),
    ]  # fmt: skip
    open_ends = [
        *(words("not_reached", question=_title(edition, q, language)) for q in unreached),
        *(words("too_many", question=_title(edition, q, language)) for q in proof.untried),
        *(
            words("not_brought", question=_title(edition, goal.question, language),
                  answer=_called(edition, goal.name, language),
                  value="–" if goal.value is None
                  else _value(edition, goal.name, goal.value, language))
            for goal in proof.open
        ),
        words("limits"),
    ]  # fmt: skip
    rows += ["", words("not_proved"), "", *(f"- {line}" for line in open_ends)]
    if proof.troubles:
        rows += ["", words("failures"), "", *_failures(proof.troubles, words("and_more"))]
    return "\n".join(rows) + "\n"


def inserted(document: str, sheet: str) -> str:
    """The document with the sheet between its marks. Raises ValueError if it has none."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{sheet}{END}{after}"


def _length(length: Length) -> str:
    return f"{length.acts} / {length.minutes:.0f} min"


def _title(edition: Edition, question: str, language: str) -> str:
    title = plain(edition.texts.say(language, edition.name(question, "title")))
    return f"{title} (`{question}`)"


def _leads(edition: Edition, known: Mapping[str, Any], language: str) -> str:
    """Answers in words."""
    return "; ".join(
        f"{_called(edition, name, language)}: {_value(edition, name, value, language)}"
        for name, value in sorted(known.items())
        if not name.startswith("answered_")
    )


def _called(edition: Edition, name: str, language: str) -> str:
    """A name of a condition in words: a question's title, or what the programme means by it."""
    if name in edition.questions:
        return plain(edition.texts.say(language, edition.name(name, "title")))
    own = f"script:proof.name_{name}"
    return edition.texts.say(language, own) if own in edition.texts.entries else f"`{name}`"


def _value(edition: Edition, name: str, value: Any, language: str) -> str:
    if name == "needs":
        return ", ".join(
            edition.texts.say(language, f"needs:{need}.family")
            if need in edition.programme.needs else str(need) for need in value
        ) or "–"  # fmt: skip
    compiled = edition.questions.get(name)
    kind = compiled.question.kind if compiled is not None else ""
    if kind == "choices" and isinstance(value, list):
        return ", ".join(
            edition.texts.say(language, edition.name(name, f"{each}.text")) for each in value
        )
    if kind == "choice" and value in {choice.id for choice in edition.spec(name).choices}:
        return edition.texts.say(language, edition.name(name, f"{value}.text"))
    if kind == "yes_no":
        return edition.texts.say(language, f"product:{value}")
    if kind == "country":
        return wording.country(language, value)
    if isinstance(value, bool):
        return edition.texts.say(language, f"product:{'yes' if value else 'no'}")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _failures(troubles: Iterable[Trouble], more: str) -> list[str]:
    """Each kind of failure once, the first ones as chats."""
    seen: dict[tuple[str, str], Trouble] = {}
    for trouble in troubles:
        seen.setdefault((trouble.code, trouble.about), trouble)
    rows: list[str] = []
    for number, trouble in enumerate(seen.values()):
        rows.append(f"- `{trouble.code}` {trouble.about} ({trouble.language})")
        if number < CHATS:
            chat = trouble.chat.splitlines()
            cut = [more] if len(chat) > LINES else []
            shown = [f"  {line}" for line in [*cut, *chat[-LINES:]]]
            rows += ["", "  ```text", *shown, "  ```", ""]
    return rows

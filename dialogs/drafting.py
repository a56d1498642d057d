"""A draft: a script under work with its translations and the programme's data it changes.

The script is YAML text, edited in place, so that what its author wrote beside it stays. Nothing
is lost in a draft: a translation whose English has changed since is kept as one of an older text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from dialogs.condition_words import renamed
from dialogs.kept import read_kept
from dialogs.languages import FILE
from dialogs.loader import load_script
from dialogs.recognise.fold import fold
from dialogs.revision import Revision
from dialogs.script import Script
from dialogs.spots import expressions
from dialogs.texts import (
    SOURCE,
    question_texts,
    script_entries,
)
from dialogs.yaml_edit import (
    EditFault,
    insert_item,
    move_item,
    remove_item,
    replace_item,
    set_fields,
    value_at,
)
from dialogs.yaml_text import At

ORDER = ("id", "was", "kind", "title", "most", "text", "why", "same", "again", "differently",
         "required", "sensitive", "minimum", "maximum", "when", "urgent", "constraints", "purpose",
         "basis", "retention", "seen_by", "choices")  # fmt: skip
"""In which order the fields of a question stand."""
SECTION_ORDER = ("id", "title", "later", "group", "purpose", "basis", "retention", "seen_by",
                 "when", "questions")  # fmt: skip
TEXT_FIELDS = ("text", "why", "title", "again", "differently", "same")
MOST_ID = 40


class Said(Struct, frozen=True):
    """A translation and the English text it translates; forms if the text counts something."""

    english: str
    text: str | tuple[str, ...]


class Draft(Struct, frozen=True):
    """What is under work.

    ``source`` is the script's YAML, ``texts`` translations (language -> text's name -> said) of
    the script and of the product, ``data`` the programme's files that differ from the shipped
    ones (name -> YAML). ``waiting`` names texts whose English is not written yet: another
    language's text stands in its place.
    """

    source: str
    texts: dict[str, dict[str, Said]] = {}
    data: dict[str, str] = {}
    waiting: tuple[str, ...] = ()


def packed(draft: Draft) -> bytes:
    """A draft as bytes for the store."""
    return zlib.compress(msgspec.json.encode(draft), 6)


def unpacked(content: bytes) -> Draft:
    """The draft that was stored."""
    return msgspec.json.decode(zlib.decompress(content), type=Draft)


def begun(content: bytes) -> Draft:
    """A draft that begins with a published revision."""
    kept = read_kept(content)
    script = load_script(kept.source).script
    english = {e.name: e.text for e in script_entries(script)} if script is not None else {}
    texts = {
        language: {n: Said(english[n], text) for n, text in said.items() if n in english}
        for language, said in kept.texts.items()
    }
    for language, product in kept.product.items():
        texts.setdefault(language, {}).update({n: Said(*each) for n, each in product.items()})
    data = {**kept.data, **({FILE: kept.languages} if kept.languages else {})}
    return Draft(kept.source.replace("\r\n", "\n"), texts, data)


def programme_data(draft: Draft) -> dict[str, str]:
    """The draft's own files of the programme, languages left out."""
    return {name: text for name, text in draft.data.items() if name != FILE}


def question_at(script: Script, question: str) -> At | None:
    """The path of a question; None if there is none of this id."""
    for s, section in enumerate(script.sections):
        for q, each in enumerate(section.questions):
            if each.id == question:
                return ("sections", s, "questions", q)
    return None


def section_at(script: Script, section: str) -> At | None:
    """The path of a section; None if there is none of this id."""
    found = [n for n, each in enumerate(script.sections) if each.id == section]
    return ("sections", found[0]) if found else None


def with_question(
    draft: Draft,
    at: At,
    fields: Mapping[str, Any],
    said: Mapping[str, Mapping[str, str]],
    sure: Collection[str] = (),
) -> Draft:
    """The draft with a question's fields set (None: taken out) and its translations.

    ``said`` gives, by field within the question ("text", "dog.text"), the text by language;
    ``sure`` as for ``with_texts``. Raises EditFault.
    """
    source = draft.source
    now = value_at(source, at)
    plain = {key: value for key, value in fields.items() if key != "choices"}
    source = set_fields(source, at, plain, ORDER)
    if "choices" in fields:
        source = _with_choices(source, at, now.get("choices") or [], fields["choices"] or [])
    return with_texts(msgspec.structs.replace(draft, source=source), at, said, sure)


def _with_choices(
    source: str, at: At, now: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> str:
    """The text with a question's choices so; those that stay as they are keep their writing."""
    if not wanted:
        return set_fields(source, at, {"choices": None}, ORDER)
    list_at: At = (*at, "choices")
    before = [each.get("id") for each in now]
    after = [each.get("id") for each in wanted]
    kept = [each for each in before if each in after]
    if not now or kept != [each for each in after if each in before]:
        return set_fields(source, at, {"choices": [dict(each) for each in wanted]}, ORDER)
    for index in range(len(now) - 1, -1, -1):
        if before[index] not in after and kept:
            source = remove_item(source, (*list_at, index))
    if not kept:
        return set_fields(source, at, {"choices": [dict(each) for each in wanted]}, ORDER)
    for index, each in enumerate(wanted):
        if each.get("id") not in before:
            source = insert_item(source, list_at, index, dict(each))
        elif value_at(source, (*list_at, index)) != each:
            source = replace_item(source, (*list_at, index), dict(each))
    return source


def with_texts(
    draft: Draft, at: At, said: Mapping[str, Mapping[str, str]], sure: Collection[str] = ()
) -> Draft:
    """The draft with the translations of one question or section set; "" takes one out.

    A translation that is sent as it was stays one of the English it was made for, so that it
    counts as old where the English changed; ``sure`` names those that still hold ("text.lv").
    """
    script = load_script(draft.source).script
    if script is None:
        return draft
    if len(at) == 4:
        question = script.sections[int(at[1])].questions[int(at[3])]
        english = {field: text for field, text, _ in question_texts(question)}
        prefix = f"{script.script}:{question.id}."
    elif at:
        section = script.sections[int(at[1])]
        english = {"title": section.title, "purpose": section.purpose}
        prefix = f"{script.script}:section.{section.id}."
    else:
        english = {
            "title": script.title, "welcome": script.welcome,
            "notice.text": script.notice.text, "notice.full": script.notice.full,
        }  # fmt: skip
        prefix = f"{script.script}:"
    named = {
        f"{prefix}{field}": (english[field], texts)
        for field, texts in said.items()
        if field in english
    }
    waiting = set(draft.waiting)
    held = {
        (f"{prefix}{field}", language)
        for field, texts in said.items()
        for language, text in texts.items()
        if f"{prefix}{field}" not in waiting
        and f"{field}.{language}" not in sure
        and (own := draft.texts.get(language, {}).get(f"{prefix}{field}")) is not None
        and own.text == text
    }
    for name, (source, texts) in named.items():
        if texts.get(SOURCE, "") or not any(texts.values()):
            waiting.discard(name)
        elif source in texts.values():
            waiting.add(name)
    return saying(
        msgspec.structs.replace(draft, waiting=tuple(sorted(waiting))),
        {
            name: (
                source,
                {
                    language: text
                    for language, text in texts.items()
                    if language != SOURCE and (name, language) not in held
                },
            )
            for name, (source, texts) in named.items()
        },
    )


def saying(
    draft: Draft, named: Mapping[str, tuple[str, Mapping[str, str | tuple[str, ...]]]]
) -> Draft:
    """The draft with translations: text's name -> its English, texts by language ("": none)."""
    texts = {language: dict(said) for language, said in draft.texts.items()}
    for name, (english, said) in named.items():
        for language, text in said.items():
            own = texts.setdefault(language, {})
            if text:
                own[name] = Said(english, text)
            else:
                own.pop(name, None)
    return msgspec.structs.replace(draft, texts=texts)


def with_new_question(
    draft: Draft,
    section: At,
    index: int,
    question: Mapping[str, Any],
    said: Mapping[str, Mapping[str, str]],
) -> Draft:
    """The draft with one question more. Raises EditFault."""
    ordered = {key: question[key] for key in ORDER if question.get(key) is not None}
    list_at: At = (*section, "questions")
    source = insert_item(draft.source, list_at, index, ordered)
    return with_texts(msgspec.structs.replace(draft, source=source), (*list_at, index), said)


def without(draft: Draft, at: At) -> Draft:
    """The draft without a question or a section. Raises EditFault."""
    siblings = value_at(draft.source, at[:-1])
    if len(siblings) == 1:
        if len(at) == 2:
            raise EditFault("a script needs a section")
        at = at[:2]  # a section goes with its last question
        if len(value_at(draft.source, ("sections",))) == 1:
            raise EditFault("a script needs a question")
    return msgspec.structs.replace(draft, source=remove_item(draft.source, at))


def moved(draft: Draft, at: At, to: At, index: int) -> Draft:
    """The draft with a question or section elsewhere. Raises EditFault."""
    return msgspec.structs.replace(draft, source=move_item(draft.source, at, to, index))


def called(draft: Draft, at: At, now: str) -> Draft:
    """The draft in which a question has another id; answers and translations go along.

    Raises EditFault.
    """
    question = value_at(draft.source, at)
    was = str(question["id"])
    earlier = list(dict.fromkeys([*question.get("was", ()), was]))
    source = set_fields(draft.source, at, {"id": now, "was": earlier}, ORDER)
    script = load_script(draft.source).script
    assert script is not None
    for path, expression in expressions(script):
        path = path if path[: len(at)] != at else (*at, *path[len(at) :])
        changed = renamed(expression, was, now)
        if changed != expression:
            source = set_fields(source, path[:-1], {str(path[-1]): changed})
    for s, section in enumerate(script.sections):
        if section.group == was:
            source = set_fields(source, ("sections", s), {"group": now})
    texts = {
        language: {_called(name, script.script, was, now): each for name, each in said.items()}
        for language, said in draft.texts.items()
    }
    waiting = tuple(_called(name, script.script, was, now) for name in draft.waiting)
    return msgspec.structs.replace(draft, source=source, texts=texts, waiting=waiting)


def _called(name: str, script: str, was: str, now: str) -> str:
    prefix = f"{script}:{was}."
    return f"{script}:{now}.{name.removeprefix(prefix)}" if name.startswith(prefix) else name


def derived_at(draft: Draft, name: str) -> At:
    """The path of a shared condition. Raises EditFault if there is none of this id."""
    for n, each in enumerate(value_at(draft.source, ("derived",)) or ()):
        if each["id"] == name:
            return ("derived", n)
    raise EditFault(f"no condition {name}")


def with_condition(draft: Draft, name: str, source: str) -> Draft:
    """The draft in which a shared condition says this. Raises EditFault."""
    made = set_fields(draft.source, derived_at(draft, name), {"value": source})
    return msgspec.structs.replace(draft, source=made)


def with_new_condition(draft: Draft, name: str, source: str) -> Draft:
    """The draft with one shared condition more, the last of them. Raises EditFault."""
    count = len(value_at(draft.source, ("derived",)) or ())
    made = insert_item(draft.source, ("derived",), count, {"id": name, "value": source})
    return msgspec.structs.replace(draft, source=made)


def without_condition(draft: Draft, name: str) -> Draft:
    """The draft without a shared condition. Raises EditFault."""
    made = remove_item(draft.source, derived_at(draft, name))
    return msgspec.structs.replace(draft, source=made)


def used_by(revision: Revision, question: str) -> tuple[str, ...]:
    """The questions whose conditions read a question's answer."""
    return tuple(
        each.id for each in revision.questions.values() if question in each.follows
    )


def free_id(text: str, taken: Iterable[str], least: str = "question") -> str:
    """An id made of the first words of a text that nothing else has."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    words = [w for w in words if len(w) > 2 or w.isdigit()] or words
    made = "_".join(words[:3])[: MOST_ID - 4].strip("_")
    if not made or not made[0].isalpha():
        made = f"{least}_{made}".strip("_")
    used = set(taken)
    if made not in used:
        return made
    return next(f"{made}_{n}" for n in range(2, 1000) if f"{made}_{n}" not in used)


def short_title(text: str, most: int) -> str:
    """The beginning of a text as a title: whole words, without a closing mark."""
    plain = re.sub(r"\{[A-Za-z]+\}", "", text).strip(" ?!.:…\n")
    made = ""
    for word in plain.split():
        if len(made) + len(word) + 1 > most:
            break
        made = f"{made} {word}".strip()
    return made.rstrip(",;:") or plain[:most]


def part_of(source: str, draft: Draft, question: str) -> tuple[object, ...] | None:
    """All of a draft that one question is: to tell whether two changed the same."""
    script = load_script(source).script
    at = question_at(script, question) if script is not None else None
    if script is None or at is None:
        return None
    prefix = f"{script.script}:{question}."
    texts = {
        language: {name: each for name, each in said.items() if name.startswith(prefix)}
        for language, said in draft.texts.items()
    }
    return value_at(source, at), {k: v for k, v in texts.items() if v}



"""Answers in words: what was answered, and which child or adult a question is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from dialogs import wording
from dialogs.conversation import Conversation
from dialogs.edition import Edition
from dialogs.programme.facts import place_of, when_of


def value_text(edition: Edition, path: str, value: Any, language: str, words: str = "") -> str:
    """An answer's value in words; ``words`` are those it was given in."""
    say = edition.texts.say
    question_id = path.partition("@")[0]
    question = edition.spec(question_id)
    if value is None:
        return say(language, "product:skipped")
    if question.kind == "choice":
        return say(language, edition.name(question_id, f"{value}.text"))
    if question.kind == "choices":
        return wording.dots(say(language, edition.name(question_id, f"{v}.text")) for v in value)
    if question.kind == "yes_no":
        return say(language, f"product:{value}")
    if question.kind == "needs":
        return wording.dots(say(language, f"needs:{need}.family") for need in value)
    if question.kind == "country":
        return wording.country(language, value)
    if question.kind == "place":
        if not value:
            return say(language, "product:place_unsure")
        geography = edition.programme.geography
        return wording.dots(
            wording.short_place(language, place_of(each), geography, edition.texts)
            for each in value
        )
    if question.kind == "month":
        return wording.month(language, value, edition.texts)
    if question.kind == "date":
        return wording.whole_day(language, date.fromisoformat(value))
    if question.kind == "attachment":
        return wording.dots([say(language, f"product:file_{value['file']}"), words])
    if question.kind == "time":
        return wording.when_exactly(language, when_of(value, words), edition.texts)
    if question.kind == "contact":
        way = say(language, f"product:contact_{value['way']}")
        return wording.dots([way, value.get("value", "")])
    if question.kind == "group" and question_id == "children" and not value:
        return say(language, "card:no_children")
    if question.kind == "group":
        return count_text(edition, question_id, len(value), language)
    if question.kind == "story":
        return say(language, "product:story_kept")
    if isinstance(value, list):
        return wording.either(language, [str(each) for each in value], edition.texts)
    return str(value)


def count_text(edition: Edition, group: str, n: int, language: str) -> str:
    """How many items a group has: "2 children"; a group of the script's own: "2"."""
    name = f"product:count_{group}"
    return edition.texts.say(language, name, n=n) if name in edition.texts.entries else str(n)


def item_text(edition: Edition, c: Conversation, question_id: str, item: str, language: str) -> str:
    """What an item is called: a child by birth year, an adult by who writes.

    Two children of one year are told apart as first and second; before the year is known a
    child is the eldest, the youngest, or a number.
    """
    say = edition.texts.say
    compiled = edition.questions.get(question_id)
    if compiled is not None and not compiled.group and compiled.question.kind != "group":
        return ""
    group = compiled.group if compiled is not None and compiled.group else question_id
    if group == "adults":
        return say(language, "product:adult_writer" if item == "1" else "product:adult_other")
    found = c.answers.get(group)
    items = list(found.value) if found is not None and found.value else [item]
    if group != "children":
        return say(language, "product:item", n=str(items.index(item) + 1 if item in items else 1))
    years = {
        each: answer.value
        for each in items
        if (answer := c.answers.get(f"child_year@{each}")) is not None
        and isinstance(answer.value, int)
    }
    year = years.get(item)
    if year is not None and question_id != "child_year":
        twins = [each for each in items if years.get(each) == year]
        if len(twins) == 1:
            return say(language, "product:child_of", year=str(year))
        return say(language, "product:child_of_twins", year=str(year), n=str(twins.index(item) + 1))
    if len(items) == 1:
        return say(language, "product:one_child")
    if item == items[0]:
        return say(language, "product:eldest_child")
    if item == items[-1]:
        return say(language, "product:youngest_child")
    if len(items) == 3:
        return say(language, "product:middle_child")
    return say(language, "product:nth_child", n=str(items.index(item) + 1 if item in items else 1))

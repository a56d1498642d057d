"""The needs question: what was understood, the three that matter most, and the way to others.

The 62 needs are never one list: at most eight understood ones, then what follows from the
circumstances, then ten topics, each with its needs.
"""

from __future__ import annotations

import msgspec

from dialogs.conversation import Button, Part, Ref
from dialogs.engine import agenda, asking, tapping, telling
from dialogs.engine.questions import (
    BACK,
    CALL,
    DONE,
    SKIP,
    can_go_back,
    keep_button,
    kept_answer,
    text_part,
)
from dialogs.engine.work import How, Work
from dialogs.recognise import choices
from dialogs.recognise.command_words import read_command
from dialogs.recognise.needs import read_needs

SHOWN = 8
MORE = Button("more", "product:needs_more")
REMOVE = Button("remove", "product:needs_remove")


def understood(work: Work) -> tuple[str, ...]:
    """The needs that were said, clearest first, and those picked elsewhere."""
    said = [need for need, words in work.c.needs if words]
    picked = work.c.prompt.picked if work.c.prompt else ()
    kept = [need for need in picked if need not in said[:SHOWN]]
    return (*said[: SHOWN - len(kept)], *kept)


def inferred(work: Work) -> tuple[str, ...]:
    """Needs that merely follow from the circumstances."""
    shown = understood(work)
    return tuple(need for need, words in work.c.needs if not words and need not in shown)


def _most(work: Work) -> int:
    return work.edition.spec("needs").most or 3


def _picked(work: Work) -> tuple[str, ...]:
    return work.c.prompt.picked if work.c.prompt else ()


def _need_button(need: str, picked: tuple[str, ...], number: int = 0) -> Button:
    ticked = need in picked
    return Button(
        f"{'-' if ticked else '+'}{need}",
        "product:numbered" if number else "product:plain",
        {"n": number, "text": Ref("message", f"needs:{need}.family")},
        tick=ticked,
        alone=True,
    )


def _draw(work: Work, page: str) -> tuple[tuple[Part, ...], tuple[Button, ...], tuple[Button, ...]]:
    picked = _picked(work)
    shown = understood(work)
    done = (DONE,) if picked else ()
    if page == "remove":
        return (
            (("product:needs_remove_which", {}),),
            tuple(
                Button(
                    f"x{need}",
                    "product:plain",
                    {"text": Ref("message", f"needs:{need}.family")},
                    alone=True,
                )
                for need in shown[:SHOWN]
            ),
            (Button("list", "product:back"),),
        )
    if page.startswith("group:"):
        group = next(
            g for g in work.edition.programme.groups if g.id == page.removeprefix("group:")
        )
        return (
            ((f"needs:{group.id}.group", {}), ("product:needs_in_group", {})),
            tuple(_need_button(need.id, picked) for need in group.needs),
            (Button("topics", "product:back"), *done),
        )
    if page == "topics" or not shown:
        topics = tuple(
            Button(f"group:{group.id}", f"needs:{group.id}.group", alone=True)
            for group in work.edition.programme.groups
        )
        lead: Part = ("product:needs_topics", {}) if shown else ("product:needs_none_yet", {})
        back = (Button("list", "product:back"),) if shown else _last(work)
        return (lead,), topics, (*back, *done)
    if page == "more":
        near = tuple(_need_button(need, picked) for need in inferred(work)[: SHOWN - 1])
        return (
            (("product:needs_maybe", {}),),
            (*near, Button("topics", "product:needs_by_topic", alone=True)),
            (Button("list", "product:back"), *done),
        )
    buttons = tuple(_need_button(need, picked, n) for n, need in enumerate(shown, 1))
    few = 1 < len(shown) <= _most(work) and not picked
    every = (Button("all", "product:needs_all", alone=True),) if few else ()
    parts: tuple[Part, ...] = (text_part(work, "needs", "text"), ("product:needs_how", {}))
    if len(shown) <= _most(work):
        parts = (("product:needs_few", {}),)
    kept = kept_answer(work, "needs") if not picked else None
    keep = (keep_button("needs", kept),) if kept is not None else ()
    return (
        parts,
        (*keep, *buttons, *every),
        (MORE, DONE if picked else REMOVE),
    )


def _last(work: Work) -> tuple[Button, ...]:
    """Back and skip, where there is a way back."""
    return (BACK, SKIP) if can_go_back(work) else (SKIP,)


def ask(work: Work) -> None:
    """Put the needs question."""
    parts, buttons, last = _draw(work, "")
    work.open("needs", (*parts, *asking.how_far(work)), buttons, last, picked=_picked(work))


def shown_parts(work: Work) -> tuple[Part, ...]:
    """The question as it was put, without how far along one is."""
    return _draw(work, "")[0]


def _redraw(work: Work, page: str, picked: tuple[str, ...]) -> None:
    assert work.c.prompt is not None
    work.change(prompt=msgspec.structs.replace(work.c.prompt, page=page, picked=picked))
    parts, buttons, last = _draw(work, page)
    work.redraw((*parts, *asking.how_far(work)), buttons, last)


def tap(work: Work, value: str) -> None:
    """A tap on the needs question. Every button sets its value, none toggles."""
    prompt = work.c.prompt
    assert prompt is not None
    picked = prompt.picked
    if value == "keep" and kept_answer(work, "needs") is not None:
        work.asked = shown_parts(work)
        tapping.keep(work, "needs")
    elif value[:1] == "+" and value[1:] in work.edition.programme.needs:
        picked = tuple(dict.fromkeys((*picked, value[1:])))
        _remember(work, value[1:])
        if len(picked) >= _most(work) or set(picked) == set(understood(work)):
            _finish(work, picked[: _most(work)], "tapped")
        else:
            _redraw(work, "", picked)
    elif value[:1] == "-":
        _redraw(work, prompt.page, tuple(need for need in picked if need != value[1:]))
    elif value[:1] == "x":
        work.change(needs=tuple(entry for entry in work.c.needs if entry[0] != value[1:]))
        _redraw(work, "", tuple(need for need in picked if need != value[1:]))
    elif value == "more":
        _redraw(work, "more" if inferred(work) else "topics", picked)
    elif value in ("remove", "topics") or value.removeprefix("group:") in _groups(work):
        _redraw(work, value, picked)
    elif value == "list":
        _redraw(work, "", picked)
    elif value == "all":
        _finish(work, understood(work)[: _most(work)], "tapped")
    elif value == "done" and picked:
        _finish(work, picked, "tapped")
    else:
        ask(work)


def _topics(work: Work) -> list[tuple[str, tuple[str, ...]]]:
    """The topics with their labels in every language."""
    texts, spoken = work.edition.texts, work.edition.languages.offered
    return [
        (group, tuple(texts.say(each, f"needs:{group}.group") for each in spoken))
        for group in (each.id for each in work.edition.programme.groups)
    ]


def _on_page(work: Work, page: str) -> tuple[str, ...]:
    """The needs shown on a page of the keyboard."""
    if page == "more":
        return inferred(work)[: SHOWN - 1]
    for group in work.edition.programme.groups:
        if page == f"group:{group.id}":
            return tuple(need.id for need in group.needs)
    return ()


def _groups(work: Work) -> frozenset[str]:
    return frozenset(group.id for group in work.edition.programme.groups)


def _remember(work: Work, need: str) -> None:
    """A need picked from a list joins those understood, without words."""
    if all(known != need for known, _ in work.c.needs):
        work.change(needs=(*work.c.needs, (need, "")))


def text(work: Work, said: str) -> None:
    """Numbers of the list, labels, or more of the story in own words."""
    shown = understood(work)
    page = work.c.prompt.page if work.c.prompt else ""
    if page == "topics" or (not shown and not page):
        topic = choices.match_choice(said, _topics(work))
        if len(topic) != 1 and not any(map(str.isalpha, said)):
            # Several numbers: the first is opened, the way to the others stays on the screen.
            topic = choices.match_choice(said, _topics(work), many=True)[:1]
        if topic:
            tap(work, f"group:{topic[0]}")
            return
    options = [(need, work.edition.need_labels(need)) for need in _on_page(work, page) or shown]
    found = list(choices.match_choice(said, options, many=True, room=_most(work)))
    if page == "remove" and found:
        work.change(needs=tuple(entry for entry in work.c.needs if entry[0] not in found))
        ask(work)
        return
    if not found and read_command(said) == "done" and _picked(work):
        found = list(_picked(work))
    if found:
        _finish(work, tuple(dict.fromkeys((*_picked(work), *found)))[: _most(work)], "typed")
        return
    before = work.c.needs
    lexicon = work.edition.programme.recogniser.lexicon
    named = [need.id for need in read_needs(work.marks(work.raw), lexicon)]
    if named and set(named) <= set(shown) and len(said) < asking.STORY_LIKE:
        _finish(work, tuple(named)[: _most(work)], "typed")
        return
    if len(said) >= asking.STORY_LIKE:
        telling.add_late(work, said)
        ask(work)
        return
    telling.read_needs_of(work, work.raw)
    if work.c.needs != before:
        telling.add(work, said)
        work.note("product:added_needs")
        ask(work)
        return
    _not_understood(work)


def _not_understood(work: Work) -> None:
    assert work.c.prompt is not None
    attempt = work.c.prompt.attempt + 1
    lead: list[Part] = [text_part(work, "needs", "again" if attempt == 1 else "differently")]
    if attempt >= asking.THIRD:
        lead.append(("product:call_offer", {}))
    _, buttons, last = _draw(work, "")
    row = (CALL, SKIP) if attempt >= asking.THIRD else last
    work.open("needs", (*lead, *asking.how_far(work)), buttons, row,
              picked=_picked(work), attempt=attempt)  # fmt: skip


def _finish(work: Work, picked: tuple[str, ...], how: How) -> None:
    if how == "tapped":
        work.asked = shown_parts(work)
    for need in picked:
        _remember(work, need)
    agenda.record(work, "needs", work.answer(list(picked), "", how))
    asking.went_on(work, "needs", how)

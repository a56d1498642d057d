"""The needs question: what was understood, the three that matter most, and the way to others.

The 62 needs are never one list: at most eight understood ones, then what follows from the
circumstances, then ten topics, each with its needs.
"""

from __future__ import annotations

import msgspec

from dialogs.conversation import Button, Part, Ref
from dialogs.engine import agenda, asking
from dialogs.engine.questions import BACK, CALL, progress, text_part
from dialogs.engine.work import How, Work
from dialogs.recognise import choices
from dialogs.recognise.needs import read_needs

SHOWN = 8
MORE = Button("more", "product:needs_more")
REMOVE = Button("remove", "product:needs_remove")
DONE = Button("done", "product:done", alone=True)


def understood(work: Work) -> tuple[str, ...]:
    """The needs that were said, clearest first, and those picked elsewhere."""
    said = [need for need, words in work.c.needs if words]
    picked = work.c.prompt.picked if work.c.prompt else ()
    return tuple(dict.fromkeys([*said[:SHOWN], *picked]))[: SHOWN + 3]


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


def _draw(
    work: Work, page: str
) -> tuple[tuple[Part, ...], tuple[Button, ...], tuple[Button, ...]]:
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
            (Button("more", "product:back"), *done),
        )
    if page == "more" or not shown:
        near = tuple(_need_button(need, picked) for need in inferred(work)[:4])
        topics = tuple(
            Button(f"group:{group.id}", f"needs:{group.id}.group", alone=True)
            for group in work.edition.programme.groups
        )
        lead: Part = ("product:needs_topics", {}) if shown else ("product:needs_none_yet", {})
        back = (Button("list", "product:back"),) if shown else (BACK,)
        return (lead, progress(work)), (*near, *topics), (*back, *done)
    buttons = tuple(_need_button(need, picked, n) for n, need in enumerate(shown, 1))
    few = len(shown) <= _most(work) and not picked
    every = (Button("all", "product:needs_all", alone=True),) if few else ()
    parts: tuple[Part, ...] = (text_part(work, "needs", "text"), ("product:needs_how", {}))
    if len(shown) <= _most(work):
        parts = (("product:needs_few", {}),)
    return (*parts, progress(work)), (*buttons, *every), (MORE, REMOVE, *done)


def ask(work: Work) -> None:
    """Put the needs question."""
    answer = work.c.answers.get("needs")
    picked = tuple(answer.value or ()) if answer is not None else ()
    keep = picked if work.c.resume or answer is not None else ()
    parts, buttons, last = _draw(work, "")
    if keep:
        buttons = (asking.keep_button("needs", list(keep)), *buttons)
    work.open("needs", parts, buttons, last)


def _redraw(work: Work, page: str, picked: tuple[str, ...]) -> None:
    assert work.c.prompt is not None
    work.change(prompt=msgspec.structs.replace(work.c.prompt, page=page, picked=picked))
    parts, buttons, last = _draw(work, page)
    work.redraw(parts, buttons, last)


def tap(work: Work, value: str) -> None:
    """A tap on the needs question. Every button sets its value, none toggles."""
    prompt = work.c.prompt
    assert prompt is not None
    picked = prompt.picked
    if value == "keep" and "needs" in work.c.answers:
        asking.keep(work, "needs")
    elif value[:1] == "+" and value[1:] in work.edition.programme.needs:
        picked = tuple(dict.fromkeys((*picked, value[1:])))
        _remember(work, value[1:])
        if len(picked) >= _most(work):
            _finish(work, picked[: _most(work)], "tapped")
        else:
            _redraw(work, "", picked)
    elif value[:1] == "-":
        _redraw(work, prompt.page, tuple(need for need in picked if need != value[1:]))
    elif value[:1] == "x":
        work.change(needs=tuple(entry for entry in work.c.needs if entry[0] != value[1:]))
        _redraw(work, "", tuple(need for need in picked if need != value[1:]))
    elif value in ("more", "remove") or value.startswith("group:"):
        _redraw(work, value, picked)
    elif value == "list":
        _redraw(work, "", picked)
    elif value == "all":
        _finish(work, understood(work)[: _most(work)], "tapped")
    elif value == "done" and picked:
        _finish(work, picked, "tapped")
    else:
        ask(work)


def _remember(work: Work, need: str) -> None:
    """A need picked from a list joins those understood, without words."""
    if all(known != need for known, _ in work.c.needs):
        work.change(needs=(*work.c.needs, (need, "")))


def text(work: Work, said: str) -> None:
    """Numbers of the list, labels, or more of the story in own words."""
    shown = understood(work)
    options = [(need, work.edition.need_labels(need)) for need in shown]
    found = list(choices.match_choice(said, options, many=True))
    if not found and choices.read_command(said) == "done" and _picked(work):
        found = list(_picked(work))
    if found:
        _finish(work, tuple(dict.fromkeys((*_picked(work), *found)))[: _most(work)], "typed")
        return
    fresh = [need for need in read_needs(said, work.edition.programme.recogniser.lexicon) if need.stated]
    if fresh:
        known = dict(work.c.needs)
        known.update({need.id: known.get(need.id) or need.words for need in fresh})
        work.change(needs=tuple(known.items()))
        work.note("product:added_needs")
        ask(work)
        return
    _not_understood(work)


def _not_understood(work: Work) -> None:
    assert work.c.prompt is not None
    attempt = work.c.prompt.attempt + 1
    lead: list[Part] = [text_part(work, "needs", "again" if attempt == 1 else "differently")]
    if attempt >= 3:
        lead.append(("product:call_offer", {}))
    parts, buttons, last = _draw(work, "")
    row = (CALL, *last[-1:]) if attempt >= 3 else last
    work.open("needs", (*lead, *parts[-1:]), buttons, row, attempt=attempt)


def _finish(work: Work, picked: tuple[str, ...], how: How) -> None:
    for need in picked:
        _remember(work, need)
    agenda.record(work, "needs", work.answer(list(picked), "", how))
    asking.went_on(work, "needs", how)

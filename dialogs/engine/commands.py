"""Commands: they work in every state, typed, from the menu or by button."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.conversation import (
    AddToCase,
    Button,
    Conversation,
    Erase,
    Part,
    Ref,
    State,
)
from dialogs.engine import agenda, asking, beginning, human, picking, reviewing, telling
from dialogs.engine.again import put_again
from dialogs.engine.work import Work
from dialogs.sheet import review_of


def start(work: Work) -> None:
    """/start in the middle of a talk: nothing is lost, what was open is put again."""
    if work.c.state is State.WITHDRAWN:
        beginning.anew(work)
        return
    if work.c.notice is not None:
        work.note("product:welcome_back")
    put_again(work)


def language(work: Work) -> None:
    """Choose another language, partial ones too; everything answered stays."""
    buttons = beginning.language_buttons(work.edition.languages.offered)
    work.open("language", (("product:which_language", {}),), buttons)


def language_said(work: Work, said: str) -> None:
    """A language typed instead of tapped."""
    code = beginning.language_named(work.edition.languages, said)
    if not code:
        _no_language(work, said)
    switch(work, code)


def second_said(work: Work, said: str) -> None:
    """The second language typed instead of tapped."""
    code = beginning.language_named(work.edition.languages, said)
    if not code:
        _no_language(work, said)
    second(work, code)


LANGUAGE_SAID = 25
"""Characters up to which a text under a choice of language is taken for a language's name."""


def _no_language(work: Work, said: str) -> None:
    """What is no language's name was meant for the talk: it joins the story."""
    if work.c.notice is not None and len(said) > LANGUAGE_SAID:
        telling.add_late(work, said)


def second(work: Work, code: str) -> None:
    """The second language, for what the present one lacks; the open question is put again."""
    if code in work.edition.languages.full:
        work.close(beginning.ticked(code), (("product:second_language", {}),))
        work.speak(work.c.language, code)
    else:
        work.close()
    put_again(work)


def switch(work: Work, code: str) -> None:
    """Go on in this language, with the open question put again; "" keeps the one there is."""
    if code not in work.edition.languages.offered:
        work.close()
        put_again(work)
        return
    prompt = work.c.prompt
    if prompt is not None and prompt.path in ("language", beginning.SECOND):
        work.close()
    work.speak(code)
    work.note("product:language_now")
    if beginning.wants_second(work.edition, code):
        beginning.ask_second(work)
    else:
        put_again(work)


def pause(work: Work) -> None:
    """Stop for now."""
    work.say(("product:paused", _days(work)), buttons=(Button("/continue", "product:go_on"),))


def _days(work: Work) -> dict[str, object]:
    rules = work.edition.programme.rules.on(work.today)
    return {"n": rules.draft_days if work.c.case is None else rules.sent_days}


def go_on(work: Work) -> None:
    """Go on where one was; after the sending, with the questions that are left."""
    if work.c.state is State.SENT and agenda.next_path(work) is not None:
        work.close()
        asking.ask_next(work)
    else:
        put_again(work)


def restart(work: Work) -> None:
    """Start over: asked once more, for it takes everything told so far away."""
    if work.c.case is not None:
        put_again(work)
        return
    work.open("restart", (("product:restart_sure", {}),),
              _sure("restart"))  # fmt: skip


def _sure(act: str) -> tuple[Button, ...]:
    """Yes and no, each alone in its row: no deletion stands beside another button."""
    return (
        Button("yes", f"product:{act}_yes", alone=True),
        Button("no", f"product:{act}_no", alone=True),
    )


def privacy(work: Work) -> None:
    """The whole text about the family's data."""
    work.say(beginning.full_notice(work))
    _go_on_below(work)


def my_data(work: Work) -> None:
    """Everything kept about this family, readable."""
    work.say(("@my_data", {"of": work.c}))
    _go_on_below(work)


def _go_on_below(work: Work) -> None:
    """After something to read, the open question stands at the bottom again."""
    if work.c.state is not State.SENT and work.c.state is not State.WITHDRAWN:
        put_again(work)


def delete_me(work: Work) -> None:
    """Deletion asks once more; its button is never beside another."""
    sent: tuple[Part, ...] = (("product:delete_case", {}),) if work.c.case is not None else ()
    work.open("delete", (("product:delete_sure", {}), *sent),
              _sure("delete"))  # fmt: skip


def help_(work: Work) -> None:
    """What can be done here."""
    work.say(("product:help", {}))
    _go_on_below(work)


def change(work: Work) -> None:
    """Change an earlier answer: the lines so far, each by its number."""
    if work.c.state is State.TELLING:
        telling.pick_line(work)
    elif work.c.notice is None:
        put_again(work)
    else:
        count = len(review_of(work.edition, work.c, work.turn.at).lines)
        shown: tuple[Part, ...] = (("@lines", {"of": work.c}), ("product:which_line", {}))
        lines = reviewing.line_buttons(count)
        work.open("change", shown, lines, (Button("/continue", "product:back"),))


def change_tap(work: Work, value: str) -> None:
    """A line of the answers so far."""
    number = telling.number_of(value)
    lines = review_of(work.edition, work.c, work.turn.at).lines
    paths = lines[number - 1].paths if 0 < number <= len(lines) else ()
    picking.pick(work, picking.to_mend(work, paths), "/continue")


def call(work: Work) -> None:
    """Ask for a person."""
    if work.c.notice is None and work.c.state is not State.NOTICE:
        put_again(work)
    else:
        if work.c.notice is None:
            beginning.accept(work)
        human.ask(work)


def no_reminders(work: Work) -> None:
    """No more reminders."""
    work.change(quiet=True)
    work.say(("product:no_more_reminders", {}))


def confirm_tap(work: Work, prompt: str, value: str) -> None:
    """The second question before deleting or starting over."""
    if value != "yes":
        work.close()
        put_again(work)
    elif prompt == "restart":
        beginning.over(work)
    else:
        erase(work)


def erase(work: Work) -> None:
    """Erase everything of this family; a case already sent is marked as withdrawn."""
    if work.c.case is not None:
        work.effects.append(AddToCase("withdrawn"))
    work.close()
    work.effects.append(Erase())
    kept = Conversation(
        work.c.id, work.c.script, work.c.revision, State.WITHDRAWN, work.language,
        second=work.c.second,
    )  # fmt: skip
    work.begin(kept)
    told = ("product:deleted", {"channel": Ref("channel", "forget")})
    work.say(told, buttons=(Button("/start", "product:begin_anew"),))


COMMANDS: dict[str, Callable[[Work], None]] = {
    "start": start,
    "continue": go_on,
    "review": put_again,
    "back": asking.back,
    "skip": asking.skip,
    "change": change,
    "language": language,
    "pause": pause,
    "restart": restart,
    "human": call,
    "private": call,
    "privacy": privacy,
    "my_data": my_data,
    "delete_me": delete_me,
    "help": help_,
    "no_reminders": no_reminders,
}
"""Every command by the name it has in the menu and on buttons."""

BEFORE_NOTICE = frozenset(
    {"start", "continue", "language", "human", "privacy", "help", "my_data", "delete_me"}
)
"""Commands that mean something before the notice is read."""


def run(work: Work, name: str) -> None:
    """Carry out a command; unknown ones get the help."""
    name, _, rest = name.partition(":")
    act = COMMANDS.get(name, help_)
    code = ""
    if name == "language":
        typed = work.turn.text if work.turn.kind == "command" else ""
        code = beginning.language_named(work.edition.languages, rest or typed)
    if work.c.state is State.LANGUAGE and name == "language":
        beginning.choose(work, code) if code else beginning.every_language(work)
    elif code and work.c.state is not State.WITHDRAWN:
        switch(work, code)
    elif work.c.state is State.WITHDRAWN and name not in ("start", "privacy", "help", "my_data"):
        beginning.anew(work)
    elif work.c.notice is None and name not in BEFORE_NOTICE:
        put_again(work)
    elif name in ("back", "skip") and work.c.state not in (
        State.ASKING,
        State.AMENDING,
        State.TELLING,
    ):
        _elsewhere(work, name)
    else:
        act(work)


def _elsewhere(work: Work, name: str) -> None:
    """Back and skip where no question of the script is open."""
    if name == "back" and work.c.state is State.REVIEWING:
        asking.back(work)
    elif work.c.state is State.HUMAN:
        human.tap(work, "never_mind" if name == "back" else "skip")
    else:
        put_again(work)

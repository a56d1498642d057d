"""aiogram_dialog in memory: one window for each question, with its own widgets."""

from __future__ import annotations

from typing import Any

from aiogram import Dispatcher, Router
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import ManagedTextInput, TextInput
from aiogram_dialog.widgets.kbd import Button, Column, Multiselect, Next, Row, Select
from aiogram_dialog.widgets.text import Const, Format

from tests.benchmarks.peers import questions as q
from tests.benchmarks.peers.aiogram_start import run

STATES = {each.key: State() for each in q.QUESTIONS} | {"confirm": State(), "thanks": State()}
type("Intake", (StatesGroup,), dict(STATES))
router = Router()


def text_window(question: q.Question) -> Window:
    def parse(text: str) -> str | int:
        value = question.read(text)
        if value is None:
            raise ValueError
        return value

    async def ok(
        message: Message, widget: ManagedTextInput[Any], manager: DialogManager, value: Any
    ) -> None:
        manager.dialog_data[question.key] = value
        await manager.next()

    async def bad(
        message: Message,
        widget: ManagedTextInput[Any],
        manager: DialogManager,
        error: ValueError,
    ) -> None:
        await message.answer(question.error)

    return Window(
        Const(question.prompt),
        TextInput(id=question.key, type_factory=parse, on_success=ok, on_error=bad),
        state=STATES[question.key],
    )


def options(question: q.Question) -> list[tuple[str, str]]:
    return [(str(n), option) for n, option in enumerate(question.options)]


def choice_window(question: q.Question) -> Window:
    async def chosen(query: CallbackQuery, widget: Any, manager: DialogManager, item: str) -> None:
        manager.dialog_data[question.key] = question.options[int(item)]
        await manager.next()

    select: Select[str] = Select(
        Format("{item[1]}"),
        id=question.key,
        item_id_getter=lambda item: item[0],
        items=options(question),
        on_click=chosen,
    )
    return Window(Const(question.prompt), Column(select), state=STATES[question.key])


def many_window(question: q.Question) -> Window:
    async def done(query: CallbackQuery, button: Button, manager: DialogManager) -> None:
        select = manager.find(question.key)
        assert select is not None
        picked = set(select.get_checked())
        manager.dialog_data[question.key] = [
            text for n, text in options(question) if n in picked
        ]

    select: Multiselect[str] = Multiselect(
        Format("✅ {item[1]}"),
        Format("{item[1]}"),
        id=question.key,
        item_id_getter=lambda item: item[0],
        items=options(question),
    )
    return Window(
        Const(question.prompt),
        Column(select),
        Next(Const(q.DONE), on_click=done),
        state=STATES[question.key],
    )


async def get_review(dialog_manager: DialogManager, **_: Any) -> dict[str, str]:
    return {"review": q.review(dialog_manager.dialog_data)}


async def confirmed(query: CallbackQuery, button: Button, manager: DialogManager) -> None:
    assert query.bot is not None
    await query.bot.send_message(q.COORDINATOR, "New intake\n" + q.summary(manager.dialog_data))
    await manager.next()


async def again(query: CallbackQuery, button: Button, manager: DialogManager) -> None:
    await manager.start(STATES["name"], mode=StartMode.RESET_STACK)


def window(question: q.Question) -> Window:
    if question.kind == "choice":
        return choice_window(question)
    return many_window(question) if question.kind == "many" else text_window(question)


@router.message(CommandStart())
async def start(message: Message, dialog_manager: DialogManager) -> None:
    await dialog_manager.start(STATES["name"], mode=StartMode.RESET_STACK)


if __name__ == "__main__":
    dialog = Dialog(
        *map(window, q.QUESTIONS),
        Window(
            Format("{review}"),
            Row(
                Button(Const(q.CONFIRM), id="yes", on_click=confirmed),
                Button(Const(q.RESTART), id="no", on_click=again),
            ),
            state=STATES["confirm"],
            getter=get_review,
        ),
        Window(Const(q.THANKS), state=STATES["thanks"]),
    )
    # Without isolation the next update of somebody quick meets the step before: aiogram_dialog
    # saves its context after the calls, so the bot goes back a question.
    dispatcher = Dispatcher(
        storage=MemoryStorage(), events_isolation=SimpleEventIsolation()
    )
    dispatcher.include_router(router)
    dispatcher.include_router(dialog)
    setup_dialogs(dispatcher)
    run(dispatcher)

"""aiogram 3 with its state machine in memory: one state and one handler for each question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Dispatcher, F, Router
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.benchmarks.peers import questions as q
from tests.benchmarks.peers.aiogram_start import run

Show = Callable[..., Awaitable[Any]]

STATES = {each.key: State() for each in q.QUESTIONS} | {"confirm": State()}
type("Intake", (StatesGroup,), dict(STATES))
NEXT: dict[str, q.Question | None] = dict(
    zip((each.key for each in q.QUESTIONS), (*q.QUESTIONS[1:], None), strict=True)
)
router = Router()


def keyboard(rows: list[q.Row]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data) for text, data in row]
            for row in rows
        ]
    )


async def ask(question: q.Question | None, state: FSMContext, show: Show) -> None:
    """Go to a question and show it; None is the review."""
    if question is None:
        await state.set_state(STATES["confirm"])
        await show(q.review(await state.get_data()), reply_markup=keyboard(q.CONFIRM_ROWS))
        return
    await state.set_state(STATES[question.key])
    await show(question.prompt, reply_markup=keyboard(q.rows(question, [])))


def message_of(query: CallbackQuery) -> Message:
    assert isinstance(query.message, Message)
    return query.message


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.clear()
    await ask(q.QUESTIONS[0], state, message.answer)


def add_text(question: q.Question) -> None:
    @router.message(StateFilter(STATES[question.key]), F.text)
    async def handler(message: Message, state: FSMContext) -> None:
        value = question.read(message.text or "")
        if value is None:
            await message.answer(question.error)
            return
        await state.update_data({question.key: value})
        await ask(NEXT[question.key], state, message.answer)


def add_buttons(question: q.Question) -> None:
    mine = F.data.startswith(f"{question.key}:")

    @router.callback_query(StateFilter(STATES[question.key]), mine)
    async def handler(query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        message = message_of(query)
        what = (query.data or "").partition(":")[2]
        if question.kind == "choice":
            await state.update_data({question.key: question.options[int(what)]})
        elif what != "done":
            data = await state.get_data()
            chosen = q.toggled(question, data.get(question.key, []), int(what))
            await state.update_data({question.key: chosen})
            await message.edit_reply_markup(reply_markup=keyboard(q.rows(question, chosen)))
            return
        await ask(NEXT[question.key], state, message.edit_text)


@router.callback_query(StateFilter(STATES["confirm"]), F.data == "confirm:yes")
async def confirmed(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    assert query.bot is not None
    await query.bot.send_message(
        q.COORDINATOR, "New intake\n" + q.summary(await state.get_data())
    )
    await state.clear()
    await message_of(query).edit_text(q.THANKS)


@router.callback_query(StateFilter(STATES["confirm"]), F.data == "confirm:no")
async def again(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.clear()
    await ask(q.QUESTIONS[0], state, message_of(query).edit_text)


if __name__ == "__main__":
    for each in q.QUESTIONS:
        (add_buttons if each.kind in ("choice", "many") else add_text)(each)
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    run(dispatcher)

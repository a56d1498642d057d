"""python-telegram-bot's ConversationHandler with PicklePersistence at its own interval."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.benchmarks.peers import questions as q

logging.basicConfig(level=logging.WARNING)
Context = ContextTypes.DEFAULT_TYPE
Handler = BaseHandler[Update, Context, object]
Show = Callable[..., Awaitable[Any]]
REVIEW = len(q.QUESTIONS)


def keyboard(rows: list[q.Row]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


def data_of(context: Context) -> dict[str, Any]:
    assert context.user_data is not None
    found: dict[str, Any] = context.user_data
    return found


async def ask(n: int, context: Context, show: Show) -> int:
    if n == REVIEW:
        await show(q.review(data_of(context)), reply_markup=keyboard(q.CONFIRM_ROWS))
    else:
        question = q.QUESTIONS[n]
        await show(question.prompt, reply_markup=keyboard(q.rows(question, [])))
    return n


async def start(update: Update, context: Context) -> int:
    data_of(context).clear()
    assert update.message is not None
    return await ask(0, context, update.message.reply_text)


def typed(n: int, question: q.Question) -> Handler:
    async def handler(update: Update, context: Context) -> int:
        message = update.message
        assert message is not None
        value = question.read(message.text or "")
        if value is None:
            await message.reply_text(question.error)
            return n
        data_of(context)[question.key] = value
        return await ask(n + 1, context, message.reply_text)

    return MessageHandler(filters.TEXT & ~filters.COMMAND, handler)


def tapped(n: int, question: q.Question) -> Handler:
    async def handler(update: Update, context: Context) -> int:
        query = update.callback_query
        assert query is not None
        await query.answer()
        what = (query.data or "").partition(":")[2]
        if question.kind == "choice":
            data_of(context)[question.key] = question.options[int(what)]
        elif what != "done":
            chosen = q.toggled(question, data_of(context).get(question.key, []), int(what))
            data_of(context)[question.key] = chosen
            await query.edit_message_reply_markup(keyboard(q.rows(question, chosen)))
            return n
        return await ask(n + 1, context, query.edit_message_text)

    return CallbackQueryHandler(handler, pattern=f"^{question.key}:")


async def confirmed(update: Update, context: Context) -> int:
    query = update.callback_query
    assert query is not None
    await query.answer()
    await context.bot.send_message(
        q.COORDINATOR, "New intake\n" + q.summary(data_of(context))
    )
    await query.edit_message_text(q.THANKS)
    return ConversationHandler.END


async def again(update: Update, context: Context) -> int:
    query = update.callback_query
    assert query is not None
    await query.answer()
    data_of(context).clear()
    return await ask(0, context, query.edit_message_text)


def main() -> None:
    application = (
        Application.builder()
        .token(q.TOKEN)
        .base_url(q.API + "/bot")
        .persistence(PicklePersistence(filepath=q.STORE))
        .build()
    )
    states: dict[object, list[Handler]] = {}
    for n, question in enumerate(q.QUESTIONS):
        made = tapped if question.kind in ("choice", "many") else typed
        states[n] = [made(n, question)]
    states[REVIEW] = [
        CallbackQueryHandler(confirmed, pattern="^confirm:yes$"),
        CallbackQueryHandler(again, pattern="^confirm:no$"),
    ]
    begin: Handler = CommandHandler("start", start)
    application.add_handler(
        ConversationHandler(
            entry_points=[begin],
            states=states,
            fallbacks=[begin],
            allow_reentry=True,
            name="intake",
            persistent=True,
        )
    )
    application.run_webhook(
        listen="127.0.0.1", port=q.PORT, url_path="webhook", webhook_url=q.WEBHOOK,
        max_connections=100,
    )  # fmt: skip


if __name__ == "__main__":
    main()

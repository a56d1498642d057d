"""People and groups: what they send, press and see."""

from __future__ import annotations

import asyncio
import sys

import pytest
from aiogram import Bot, Dispatcher, types
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramMigrateToChat
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from tests.fake_telegram.stage import Session, keys, serving
from tests.telegram.clock import Clock


@pytest.mark.asyncio
async def test_every_kind_of_message_is_read_by_aiogram() -> None:
    async with serving() as (server, bot):
        user = server.user(7, first_name="Inese", username="inese")
        await user.start("fb-latgale")
        written = await user.send("x" * 4096 + "y")
        await user.edit(written, "z /help")
        await user.send_photo("caption")
        await user.send_document()
        await user.send_voice()
        await user.send_sticker()
        await user.send_location()
        await user.send_contact()
        await user.send_contact(own=False)
        await user.forward("theirs")
        await user.block()
        with pytest.raises(RuntimeError):
            await user.send("x")
        await user.unblock()
        server.inject({"brand_new_kind": {"a": 1}})
        updates = await bot.get_updates()
        messages = [u.message for u in updates if u.message]
        assert [m.content_type for m in messages] == [
            "text", "text", "text", "photo", "document", "voice", "sticker", "location",
            "contact", "contact", "text",
        ]  # fmt: skip
        assert [m.contact.user_id for m in messages if m.contact] == [7, None]
        assert messages[0].text == "/start fb-latgale"
        assert messages[-1].forward_origin is not None
        kinds = [u.event_type for u in updates if not u.message and not u.model_extra]
        assert kinds == ["edited_message", "my_chat_member", "my_chat_member"]
        assert updates[-1].model_extra == {"brand_new_kind": {"a": 1}}


@pytest.mark.asyncio
async def test_presses() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        old = await bot.send_message(7, "x", reply_markup=keys("a"))
        await bot.send_message(7, "y", reply_markup=keys("a"))
        server.updates.clear()
        press = await user.press("^Button", copies=2)
        assert press.message is user.last
        again = await bot.get_updates()
        assert len({u.update_id for u in again}) == len(again) == 2
        assert len({u.callback_query.id for u in again if u.callback_query}) == 2
        with pytest.raises(LookupError):
            await user.press("Other")
        await bot.delete_message(7, old.message_id)
        server.updates.clear()
        user.tap("forged", user.chat.messages_by_id[old.message_id])
        query = (await bot.get_updates())[0].callback_query
        assert query is not None
        assert query.message is not None
        assert query.message.date == 0
        markup = ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text="Phone", request_contact=True)]]
        )
        await bot.send_message(7, "z", reply_markup=markup)
        assert (await user.press_reply("Phone")).content["contact"]["user_id"] == 7


@pytest.mark.asyncio
async def test_wait_gives_what_is_new() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        waiting = asyncio.create_task(user.wait("second"))
        await bot.send_message(7, "first")
        await bot.send_message(7, "second", reply_markup=keys("a"))
        assert [m.text for m in await waiting] == ["first", "second"]
        await bot.edit_message_text("third", chat_id=7, message_id=user.last.message_id)
        assert [m.text for m in await user.wait(lambda fresh: len(fresh) == 1)] == ["third"]
        with pytest.raises(AssertionError, match="third"):
            await user.wait(timeout=0.01)
        assert "bot (edited): third" in user.screen()


@pytest.mark.asyncio
async def test_groups() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        group = server.group(-100, title="Latgale", kind="group")
        await group.add_bot(user)
        await user.send("between people", to=group)
        await user.send("/case", to=group)
        new = await group.migrate(-1000)
        with pytest.raises(TelegramMigrateToChat) as moved:
            await bot.send_message(-100, "x")
        assert moved.value.migrate_to_chat_id == new.id
        assert (await bot.send_message(new.id, "x")).message_id == 2  # own count, after migration
        await group.kick_bot(user)
        kinds = [u.event_type for u in await bot.get_updates()]
        assert kinds == ["my_chat_member", "message", "message", "message", "message",
                         "my_chat_member"]  # fmt: skip


@pytest.mark.asyncio
async def test_group_privacy() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        group = server.group(-100)
        await group.add_bot(user)
        await bot.send_message(-100, "Case 12")
        server.updates.clear()
        await user.send("between people", to=group)
        await user.send("/case@other_bot", to=group)
        await user.send("/case@majup_test_bot", to=group)
        await user.send("/case", to=group)
        await user.send("answer", to=group, reply_to=group.last)
        await user.send("dear @majup_test_bot", to=group)
        seen = [u.message.text for u in await bot.get_updates() if u.message]
        assert seen == [
            "/case@majup_test_bot",
            "/case",
            "answer",
            "dear @majup_test_bot",
        ]
        await group.add_bot(user, admin=True)
        server.updates.clear()
        await user.send("between people", to=group)
        assert len(await bot.get_updates(offset=1)) == 1


@pytest.mark.asyncio
async def test_polling_with_aiograms_own_dispatcher() -> None:
    async with serving(clock=Clock()) as (server, bot):
        dispatcher = Dispatcher()

        @dispatcher.message()
        async def ask(message: types.Message) -> None:
            await message.answer(f"{message.text}?", reply_markup=keys("yes"))

        @dispatcher.callback_query()
        async def done(query: types.CallbackQuery) -> None:
            await query.answer("noted")
            assert isinstance(query.message, types.Message)
            await query.message.edit_text(str(query.data))

        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
        users = [server.user(number) for number in range(20)]
        for user in users:
            assert (await user.ask("Vai")).text == "Vai?"
        presses = [await user.press("yes") for user in users]
        for user, press in zip(users, presses, strict=True):
            assert (await user.wait("yes"))[-1].edits[0].text == "Vai?"
            assert await press.answered() == ("noted", False)
            assert press.answered_after is not None
            assert press.answered_after < 5
        await dispatcher.stop_polling()
        await polling


@pytest.mark.asyncio
async def test_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.telegram.server", "--port", "0", "--latency-ms", "1",
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        line = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
        url, _, token = line.split()
        async with Bot(token, session=Session(api=TelegramAPIServer.from_base(url))) as bot:
            assert (await bot.get_me()).username == "majup_test_bot"
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.asyncio
async def test_wide_keyboards_are_found() -> None:
    async with serving() as (server, bot):
        await server.user(7).start()
        await bot.send_message(7, "x", reply_markup=keys(*"12345678"))
        assert server.ledger.wide_keyboards() == []
        await bot.send_message(7, "x", reply_markup=keys(*"123456789", per_row=9))
        await bot.send_message(7, "x", reply_markup=keys(*map(str, range(25))))
        assert len(server.ledger.wide_keyboards()) == 2


@pytest.mark.asyncio
async def test_held_updates_come_backwards() -> None:
    async with serving() as (server, bot):
        server.updates.hold()
        await server.user(7).send("a")
        await server.user(8).send("b")
        assert await bot.get_updates() == []
        server.updates.release(backwards=True)
        assert [u.message.text for u in await bot.get_updates(offset=1) if u.message] == ["b", "a"]

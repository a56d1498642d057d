"""What is accepted, and what then stands in the chat."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BufferedInputFile

from tests.fake_telegram.stage import MODULE, Stage, ids, keys
from tests.telegram.server import TelegramServer


@MODULE
async def test_what_is_accepted(stage: Stage) -> None:
    bot, user = stage.bot, stage.user
    sent = await bot.send_message(user.id, "x" * 4096, reply_markup=keys("ā" * 32))
    assert (sent.text, user.last.buttons[0].data) == ("x" * 4096, "ā" * 32)
    assert [b.text for b in stage.own.buttons] == ["Button a"]
    assert (stage.own.text, stage.own.html) == ("Sveiki", "<b>Sveiki</b>")
    edited = await bot.edit_message_text("y", chat_id=user.id, message_id=stage.own.message_id)
    assert not isinstance(edited, bool)
    assert edited.reply_markup is None  # an edit without a keyboard takes it away
    assert [edit.text for edit in stage.own.edits] == ["Sveiki"]
    await bot.edit_message_reply_markup(
        chat_id=user.id, message_id=stage.own.message_id, reply_markup=keys("b")
    )
    assert stage.own.buttons[0].data == "b"
    photo = await bot.send_photo(user.id, BufferedInputFile(b"picture", "a.jpg"), caption="<b>c")
    assert photo.photo is not None
    file = await bot.get_file(photo.photo[0].file_id)
    assert file.file_path is not None
    fetched = await bot.download_file(file.file_path)
    assert fetched is not None
    assert fetched.read() == b"picture"
    await bot.send_document(user.id, BufferedInputFile(b"{}", "my_data.json"), protect_content=True)
    assert stage.server.file_in(user.last).filename == "my_data.json"
    assert stage.server.file_in(user.last).content == b"{}"
    assert user.last.content["has_protected_content"]
    copy = await bot.copy_message(user.id, user.id, sent.message_id)
    assert stage.user.chat.messages_by_id[copy.message_id].text == sent.text
    assert (await bot.forward_message(user.id, user.id, sent.message_id)).forward_origin
    assert (await bot.send_location(user.id, 57.3, 25.2)).location
    assert (await bot.send_contact(user.id, "+37120000000", "Ilze")).contact
    assert await bot.delete_message(user.id, stage.theirs.message_id)
    assert stage.theirs not in user.chat.messages
    assert stage.theirs in user.chat.history
    assert (await bot.get_chat_member(stage.group.id, user.id)).status == "member"
    assert (await bot.get_chat(user.id)).first_name == "Anna"
    assert await bot.send_chat_action(user.id, "typing")
    press = await user.press("Button b")
    await bot.answer_callback_query(press.query_id, text="x" * 200, show_alert=True)
    assert await press.answered() == ("x" * 200, True)


@MODULE
async def test_profile(shared: tuple[TelegramServer, Bot]) -> None:
    _, bot = shared
    await bot.set_my_commands([BotCommand(command="help", description="Palīdzība")])
    await bot.set_my_commands(
        [BotCommand(command="help", description="Помощь")], language_code="ru"
    )
    assert [c.description for c in await bot.get_my_commands()] == ["Palīdzība"]
    assert [c.description for c in await bot.get_my_commands(language_code="ru")] == ["Помощь"]
    await bot.delete_my_commands(language_code="ru")
    assert await bot.get_my_commands(language_code="ru") == []
    await bot.set_my_description("ā" * 512)
    await bot.set_my_short_description("s" * 120, language_code="lv")
    assert (await bot.get_my_description(language_code="lv")).description == "ā" * 512
    assert (await bot.get_my_short_description()).short_description == ""


@MODULE
async def test_topics(shared: tuple[TelegramServer, Bot]) -> None:
    server, bot = shared
    user = server.user(next(ids))
    group = server.group(-next(ids), forum=True)
    await group.add_bot(user, admin=True)
    server.updates.clear()
    topic = await bot.create_forum_topic(group.id, "Case 12")
    echo = next(iter(server.updates.waiting.values()))
    assert echo.body["forum_topic_created"]["name"] == "Case 12"
    sent = await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
    assert sent.message_thread_id == topic.message_thread_id
    await bot.delete_forum_topic(group.id, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
    server.updates.clear()

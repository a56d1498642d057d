"""What Telegram refuses, the stand-in refuses, and in its words."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardMarkup,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from tests.fake_telegram.stage import MODULE, Session, Stage, ids, keys, one_button
from tests.telegram.server import TelegramServer

Try = Callable[[Stage], Awaitable[Any]]


def row(name: str, call: Try, words: str, kind: type[Exception] = TelegramBadRequest) -> Any:
    return pytest.param(call, words, kind, id=name)


async def _blocked(s: Stage) -> None:
    await s.user.block()
    await s.bot.send_message(s.user.id, "x")


async def _deactivated(s: Stage) -> None:
    s.user.deactivate()
    await s.bot.send_message(s.user.id, "x")


async def _kicked(s: Stage) -> None:
    await s.group.kick_bot(s.user)
    await s.bot.send_message(s.group.id, "x")


async def _left(s: Stage) -> None:
    await s.bot.leave_chat(s.group.id)
    await s.bot.send_message(s.group.id, "x")


async def _migrated(s: Stage) -> None:
    await s.group.migrate(-next(ids))
    await s.bot.send_message(s.group.id, "x")


async def _restricted(s: Stage) -> None:
    s.group.chat.restricted = True
    await s.bot.send_message(s.group.id, "x")


async def _never_written(s: Stage) -> None:
    s.server.user(next(ids))
    await s.bot.send_message(next(ids) - 1, "x")


async def _met_in_a_group(s: Stage) -> None:
    silent = s.server.user(next(ids))
    s.group.join(silent)
    await s.bot.send_message(silent.id, "x")


async def _not_modified(s: Stage) -> None:
    await s.bot.edit_message_text(
        "<b>Sveiki</b>",
        chat_id=s.user.id,
        message_id=s.own.message_id,
        parse_mode="HTML",
        reply_markup=keys("a"),
    )


async def _edit_of_photo(s: Stage) -> None:
    photo = await s.bot.send_photo(s.user.id, BufferedInputFile(b"x", "x.jpg"))
    await s.bot.edit_message_text("y", chat_id=s.user.id, message_id=photo.message_id)


async def _edit_with_reply_keyboard(s: Stage) -> None:
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="a")]])
    sent = await s.bot.send_message(s.user.id, "x", reply_markup=markup)
    await s.bot.edit_message_text("y", chat_id=s.user.id, message_id=sent.message_id)


async def _edit_in_foreign_chat(s: Stage) -> None:
    other = s.server.user(next(ids))
    await other.start()
    await s.bot.edit_message_text("y", chat_id=other.id, message_id=s.own.message_id)


async def _delete_old(s: Stage) -> None:
    s.own.date -= 48 * 3600
    await s.bot.delete_message(s.user.id, s.own.message_id)


async def _delete_twice(s: Stage) -> None:
    await s.bot.delete_message(s.user.id, s.own.message_id)
    await s.bot.delete_message(s.user.id, s.own.message_id)


async def _old_query(s: Stage) -> None:
    press = await s.user.press("Button a")
    press.time -= s.server.answer_life
    await s.bot.answer_callback_query(press.query_id)


async def _long_answer(s: Stage) -> None:
    press = await s.user.press("Button a")
    await s.bot.answer_callback_query(press.query_id, text="x" * 201)


def _contact_in_group(s: Stage) -> Awaitable[Any]:
    button = KeyboardButton(text="x", request_contact=True)
    markup = ReplyKeyboardMarkup(keyboard=[[button]])
    return s.bot.send_message(s.group.id, "x", reply_markup=markup)


def send(text: str, **more: Any) -> Try:
    return lambda s: s.bot.send_message(s.user.id, text, **more)


def marked(text: str) -> Try:
    return send(text, parse_mode="HTML")


def keyed(markup: InlineKeyboardMarkup) -> Try:
    return send("x", reply_markup=markup)


REFUSALS = [
    row("empty text", send(""), "message text is empty"),
    row("blank text", send(" \n "), "message text is empty"),
    row("text of tags only", marked("<b></b>"), "message text is empty"),
    row("4097 characters", send("ā" * 4097), "message is too long"),
    row("4097 after parsing", marked("<b>" + "&amp;" * 4097 + "</b>"), "message is too long"),
    row("unknown tag", marked("<p>x</p>"), 'Unsupported start tag "p" at byte offset 0'),
    row("byte offset", marked("ā<p>x</p>"), "at byte offset 2"),
    row("line break tag", marked("a<br>b"), 'Unsupported start tag "br"'),
    row("unclosed tag", marked("<b>x"), 'Can\'t find end tag corresponding to start tag "b"'),
    row("crossed tags", marked("<b><i>x</b></i>"), 'expected "</i>", found "</b>"'),
    row("stray end tag", marked("x</b>"), "Unexpected end tag at byte offset 1"),
    row("bare less-than", marked("2 < 3"), "Unsupported start tag"),
    row("half a tag", marked("x <b"), "Unclosed start tag at byte offset 2"),
    row("half an end tag", marked("<b>x</b"), "Unclosed end tag at byte offset 4"),
    row("plain span", marked("<span>x</span>"), 'must have class "tg-spoiler"'),
    row("half a surrogate", marked("&#xD800;"), "unmatched surrogate"),
    row("unknown mode", send("x", parse_mode="XML"), "unsupported parse_mode"),
    row(
        "entity past the end",
        send("x", entities=[MessageEntity(type="bold", offset=0, length=2)]),
        "ends after the end of the text",
    ),
    row("data of 65 bytes", keyed(keys("ā" * 32 + "x")), "BUTTON_DATA_INVALID"),
    row("empty data", keyed(one_button(text="x", callback_data="")), "BUTTON_DATA_INVALID"),
    row("button without action", keyed(one_button(text="x")), "Text buttons are unallowed"),
    row("two actions", keyed(one_button(text="x", url="https://a.lv", callback_data="y")),
        "several actions"),
    row("button without label", keyed(one_button(text=" ", callback_data="y")), "non-empty"),
    row("wrong address", keyed(one_button(text="x", url="majup")), "Wrong HTTP URL"),
    row("13 in a row", keyed(keys(*map(str, range(13)), per_row=13)), "markup is too long"),
    row("301 buttons", keyed(keys(*map(str, range(301)))), "markup is too long"),
    row("unknown style", keyed(one_button(text="x", callback_data="y", style="red")), "style"),
    row("contact in a group", _contact_in_group, "private chats only"),
    row("unknown chat", lambda s: s.bot.send_message(1, "x"), "chat not found"),
    row("unknown name", lambda s: s.bot.send_message("@nobody", "x"), "chat not found"),
    row("never written", _never_written, "chat not found"),
    row("known from a group only", _met_in_a_group, "can't initiate", TelegramForbiddenError),
    row("blocked", _blocked, "bot was blocked by the user", TelegramForbiddenError),
    row("deactivated", _deactivated, "user is deactivated", TelegramForbiddenError),
    row("kicked", _kicked, "bot was kicked from the supergroup chat", TelegramForbiddenError),
    row("left", _left, "bot is not a member", TelegramForbiddenError),
    row("migrated", _migrated, "upgraded to a supergroup", TelegramMigrateToChat),
    row("restricted", _restricted, "not enough rights"),
    row("ephemeral", send("x", receiver_user_id=7), "ARGUMENT_NOT_PLAYED"),
    row("no such topic", send("x", message_thread_id=77), "message thread not found"),
    row("reply to nothing", send("x", reply_parameters=ReplyParameters(message_id=9_999_999)),
        "message to be replied not found"),
    row("edit of nothing",
        lambda s: s.bot.edit_message_text("x", chat_id=s.user.id, message_id=9_999_999),
        "message to edit not found"),
    row("edit without change", _not_modified, "message is not modified"),
    row("edit of a person's message",
        lambda s: s.bot.edit_message_text("x", chat_id=s.user.id,
                                          message_id=s.theirs.message_id),
        "message can't be edited"),
    row("edit of a photo's text", _edit_of_photo, "there is no text in the message to edit"),
    row("edit under a reply keyboard", _edit_with_reply_keyboard, "message can't be edited"),
    row("edit in a foreign chat", _edit_in_foreign_chat, "message to edit not found"),
    row("edit without message", lambda s: s.bot.edit_message_text("x", chat_id=s.user.id),
        "message identifier is not specified"),
    row("edit to 4097",
        lambda s: s.bot.edit_message_text("x" * 4097, chat_id=s.user.id,
                                          message_id=s.own.message_id),
        "message is too long"),
    row("caption of 1025",
        lambda s: s.bot.send_photo(s.user.id, BufferedInputFile(b"x", "x.jpg"),
                                   caption="x" * 1025),
        "caption is too long"),
    row("unknown file", lambda s: s.bot.send_photo(s.user.id, "nothing"), "wrong file identifier"),
    row("delete after 48 h", _delete_old, "can't be deleted for everyone"),
    row("delete twice", _delete_twice, "message to delete not found"),
    row("101 deletions", lambda s: s.bot.delete_messages(s.user.id, list(range(101))), "1 to 100"),
    row("answer to no press", lambda s: s.bot.answer_callback_query("1"), "query is too old"),
    row("answer too late", _old_query, "query is too old"),
    row("answer of 201", _long_answer, "MESSAGE_TOO_LONG"),
    row("unknown action", lambda s: s.bot.send_chat_action(s.user.id, "dance"), "action"),
    row("command in capitals",
        lambda s: s.bot.set_my_commands([BotCommand(command="Help", description="x")]),
        "BOT_COMMAND_INVALID"),
    row("command without description",
        lambda s: s.bot.set_my_commands([BotCommand(command="help", description="")]),
        "BOT_COMMAND_DESCRIPTION_INVALID"),
    row("101 commands",
        lambda s: s.bot.set_my_commands([BotCommand(command="a", description="b")] * 101),
        "BOT_COMMANDS_TOO_MUCH"),
    row("commands of an unknown chat",
        lambda s: s.bot.set_my_commands([], scope=BotCommandScopeChat(chat_id=1)),
        "chat not found"),
    row("name of 65", lambda s: s.bot.set_my_name("x" * 65), "name is too long"),
    row("description of 513", lambda s: s.bot.set_my_description("x" * 513), "too long"),
    row("short description of 121", lambda s: s.bot.set_my_short_description("x" * 121),
        "too long"),
    row("wrong language", lambda s: s.bot.set_my_name("x", language_code="lv-LV"), "language"),
    row("webhook over http", lambda s: s.bot.set_webhook("http://majup.lv/x"), "HTTPS"),
    row("webhook port", lambda s: s.bot.set_webhook("https://majup.lv:9000/x"), "ports"),
    row("webhook host", lambda s: s.bot.set_webhook("https://majup.lv/x"), "resolve host"),
    row("webhook secret",
        lambda s: s.bot.set_webhook("http://127.0.0.1:1/x", secret_token="a b"),
        "unallowed characters"),
    row("unknown update kind", lambda s: s.bot.get_updates(allowed_updates=["mesage"]),
        "unknown update types"),
    row("unknown file id", lambda s: s.bot.get_file("x"), "wrong file_id"),
    row("method nobody needed", lambda s: s.bot.send_dice(s.user.id), "METHOD_NOT_PLAYED"),
    row("admins of a private chat", lambda s: s.bot.get_chat_administrators(s.user.id),
        "no administrators"),
]  # fmt: skip


@MODULE
@pytest.mark.parametrize(("call", "words", "kind"), REFUSALS)
async def test_refusal(stage: Stage, call: Try, words: str, kind: type[TelegramAPIError]) -> None:
    with pytest.raises(kind) as caught:
        await call(stage)
    assert words in str(caught.value)
    assert stage.server.calls[-1].status in {400, 403}
    assert not stage.server.calls[-1].ok


_TEXT = {"chat_id": 0, "text": "x"}

RAW_REFUSALS: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMesage", _TEXT, 404, "method not found"),
    ("sendMessage", {**_TEXT, "txt": "x"}, 400, 'unknown argument "txt"'),
    ("sendMessage", {"text": "x"}, 400, "chat_id is empty"),
    ("sendMessage", {"chat_id": 0}, 400, "message text is empty"),
    ("sendMessage", {**_TEXT, "text": 5}, 400, "str expected"),
    ("sendMessage", {**_TEXT, "disable_notification": "maybe"}, 400, "bool expected"),
    ("sendMessage", {**_TEXT, "message_thread_id": "x"}, 400, "int expected"),
    ("sendMessage", {**_TEXT, "message_thread_id": True}, 400, "int expected"),
    ("sendMessage", {**_TEXT, "message_thread_id": 2**63}, 400, "int expected"),
    ("sendMessage", {**_TEXT, "reply_markup": "{"}, 400, "not a JSON value"),
    ("sendMessage", {**_TEXT, "reply_markup": {"inline": []}}, 400, "reply_markup"),
    (
        "sendMessage",
        {
            **_TEXT,
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback": "y"}]]},
        },
        400,
        'unknown field "callback"',
    ),
    (
        "sendMessage",
        {
            **_TEXT,
            "reply_markup": {"inline_keyboard": [{"text": "x", "callback_data": "y"}]},
        },
        400,
        "reply_markup",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "help"}]},
        400,
        "commands: 0.description",
    ),
    (
        "sendMessage",
        {**_TEXT, "reply_markup": {"keyboard": [["x"]], "resize_keyboard": "true"}},
        400,
        "reply_markup",
    ),
    (
        "sendMessage",
        {**_TEXT, "reply_parameters": {"message_id": "1"}},
        400,
        "reply_parameters: message_id",
    ),
    ("setMyCommands", {"commands": [], "scope": {"type": "all"}}, 400, "scope"),
    (
        "sendLocation",
        {"chat_id": 0, "latitude": "north", "longitude": 1},
        400,
        "float expected",
    ),
    ("sendPhoto", {"chat_id": 0, "photo": "attach://nothing"}, 400, "not found"),
    (
        "answerCallbackQuery",
        {},
        400,
        '"callback_query_id" of answerCallbackQuery is missing',
    ),
]


@MODULE
@pytest.mark.parametrize(("method", "body", "status", "words"), RAW_REFUSALS)
async def test_raw_refusal(
    stage: Stage, method: str, body: dict[str, Any], status: int, words: str
) -> None:
    body = {**body, "chat_id": stage.user.id} if "chat_id" in body else body
    address = f"{stage.server.url}/bot{stage.server.token}/{method}"
    flat = {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
    # As JSON body, as form and in the address: the same answer. (A form has no numbers.)
    forms: list[dict[str, Any]] = [{"json": body}]
    if words != "str expected" and True not in body.values():
        forms += [{"data": flat}, {"params": flat}]
    async with aiohttp.ClientSession() as client:
        for form in forms:
            async with client.post(address, **form) as answer:
                told = await answer.json()
            assert (answer.status, told["ok"], told["error_code"]) == (
                status,
                False,
                status,
            )
            assert words in told["description"]


@MODULE
async def test_wrong_token(shared: tuple[TelegramServer, Bot]) -> None:
    server, _ = shared
    async with Bot("4242:other", session=Session(api=server.aiogram_api())) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


@MODULE
async def test_broken_bodies(shared: tuple[TelegramServer, Bot]) -> None:
    server, _ = shared
    bodies = [
        ("application/json", b"{", "can't parse JSON object"),
        ("application/json", b"[]", "an object is expected"),
        ("application/json", b'"\xff"', "UTF-8"),
        ("application/x-www-form-urlencoded", b"a=%ff", "UTF-8"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\n\r\nno name\r\n--x--",
            "without a name",
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n", "multipart"),
        ("text/plain", b"x", "unsupported content type"),
    ]
    async with aiohttp.ClientSession() as client:
        for kind, body, words in bodies:
            address = f"{server.url}/bot{server.token}/getMe"
            async with client.post(address, data=body, headers={"Content-Type": kind}) as answer:
                assert answer.status == 400, (kind, body)
                assert words in (await answer.json())["description"]

"""The stand-in for Telegram, tried with real aiogram and raw HTTP over loopback."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

import aiohttp
import hypothesis.strategies as st
import pytest
import pytest_asyncio
from aiogram import Bot, Dispatcher, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from hypothesis import given

from tests.telegram import html
from tests.telegram.clock import Clock
from tests.telegram.control import Control
from tests.telegram.faults import (
    Action,
    Garble,
    Hang,
    Page,
    Reset,
    Slow,
    Truncate,
    refuse,
)
from tests.telegram.group import Group
from tests.telegram.ledger import Message
from tests.telegram.refusal import Refusal
from tests.telegram.server import TelegramServer
from tests.telegram.user import User

MODULE = pytest.mark.asyncio(loop_scope="module")
PRESS_LIFE = 150.0
MESSAGE_LIFE = 86_400.0
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Session(AiohttpSession):
    """aiogram's own session, closing without its quarter of a second for TLS."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[tuple[TelegramServer, Bot]]:
    options.setdefault("clock", Clock(START, running=False))
    async with (
        TelegramServer(**options) as server,
        Bot(server.token, session=Session(api=server.aiogram_api())) as bot,
    ):
        yield server, bot


@dataclass
class Stage:
    """One person with one message of the bot, one own message, and the bot."""

    server: TelegramServer
    bot: Bot
    user: User
    theirs: Message
    own: Message
    group: Group


_ids = itertools.count(1000)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared() -> AsyncIterator[tuple[TelegramServer, Bot]]:
    async with serving() as both:
        yield both


@pytest_asyncio.fixture(loop_scope="module")
async def stage(shared: tuple[TelegramServer, Bot]) -> Stage:
    server, bot = shared
    user = server.user(next(_ids))
    theirs = await user.start()
    await bot.send_message(user.id, "<b>Sveiki</b>", parse_mode="HTML", reply_markup=keys("a"))
    group = server.group(-next(_ids))
    await group.add_bot(user)
    server.updates.clear()
    return Stage(server, bot, user, theirs, user.last, group)


async def until(holds: Callable[[], bool]) -> None:
    """Let the other tasks run until something holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - there is no event for what the server does inside
            await asyncio.sleep(0)


def keys(*datas: str, per_row: int = 8) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(text=f"Button {data}", callback_data=data) for data in datas]
    rows = [buttons[at : at + per_row] for at in range(0, len(buttons), per_row)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def one_button(**fields: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**fields)]])


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
    await s.group.migrate(-next(_ids))
    await s.bot.send_message(s.group.id, "x")


async def _restricted(s: Stage) -> None:
    s.group.chat.restricted = True
    await s.bot.send_message(s.group.id, "x")


async def _never_written(s: Stage) -> None:
    s.server.user(next(_ids))
    await s.bot.send_message(next(_ids) - 1, "x")


async def _met_in_a_group(s: Stage) -> None:
    silent = s.server.user(next(_ids))
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
    other = s.server.user(next(_ids))
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


HTML = [
    ("<b>a</b>", "a", [("bold", 0, 1)]),
    ("a &lt;b&gt; &amp;amp; &quot; &nbsp; & &#65;", 'a <b> &amp; " &nbsp; & A', []),
    ("😀<i>ā</i>", "😀ā", [("italic", 2, 1)]),
    (" <u> x</u> \n", "x", [("underline", 0, 1)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
    ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
    ('<a href="https://a.lv/?b=1&amp;c=2">x</a>', "x", [("text_link", 0, 1)]),
    ("<a href='not a link'>x</a>", "x", []),
    ('<a href="tg://user?id=7">x</a>', "x", [("text_mention", 0, 1)]),
    ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
    ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
    ("<B>x</B>", "x", [("bold", 0, 1)]),
    ("a\r\n\tb\x07\u202ec", "a\n\tb c", []),
]


@pytest.mark.parametrize(("source", "text", "entities"), HTML)
def test_html(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    shown, found = html.formatted(source, "HTML", None)
    assert shown == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


MARKUP = st.text(st.sampled_from("<>/&;#b u=\"'\nā😀x"), max_size=40)


@given(st.text(max_size=60))
def test_escaped_text_arrives_as_written(text: str) -> None:
    written = "".join(char for char in text if not 0xD800 <= ord(char) < 0xE000)
    shown, entities = html.formatted(escape(written), "HTML", None)
    assert shown == html.clean(written).strip()
    assert entities == []


@given(MARKUP)
def test_parser_is_total(source: str) -> None:
    try:
        shown, entities = html.formatted(source, "HTML", None)
    except Refusal as refusal:
        assert refusal.code == 400
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= html.utf16(shown)


def test_lone_surrogate_is_refused() -> None:
    with pytest.raises(Refusal, match="UTF-8"):
        html.formatted("\ud800", None, None)


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
    user = server.user(next(_ids))
    group = server.group(-next(_ids), forum=True)
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


# Polling -------------------------------------------------------------------------------------


def numbers(updates: list[Update]) -> list[int]:
    return [update.update_id for update in updates]


@pytest.mark.asyncio
async def test_offset_confirms() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        for text in "abc":
            await user.send(text)
        first = await bot.get_updates(limit=2)
        assert [u.message.text for u in first if u.message] == ["a", "b"]
        assert numbers(await bot.get_updates(offset=first[0].update_id)) == [
            *numbers(first),
            first[1].update_id + 1,
        ]
        assert len(await bot.get_updates(offset=first[1].update_id + 1)) == 1
        assert len(await bot.get_updates(offset=-1)) == 1
        assert user.chat.history[0].update_id == first[0].update_id
        server.updates.repeat(first[0].update_id, times=2)
        again = await bot.get_updates(offset=first[1].update_id + 2)
        assert numbers(again) == [first[0].update_id] * 2  # confirmed before, and still here
        await server.updates.emptied()


@pytest.mark.asyncio
async def test_lives() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        await bot.send_message(7, "x", reply_markup=keys("a"))
        await user.press("Button a")
        server.clock.advance(PRESS_LIFE - 1)
        assert len(await bot.get_updates()) == 2
        server.clock.advance(1)
        left = await bot.get_updates(offset=1)
        assert [u.event_type for u in left] == ["message"]
        server.clock.advance(MESSAGE_LIFE - PRESS_LIFE - 1)
        assert len(await bot.get_updates(offset=2)) == 1
        server.clock.advance(1)
        assert await bot.get_updates() == []
        assert len(server.updates.expired) == 2


@pytest.mark.asyncio
async def test_long_poll_wakes_and_ends() -> None:
    async with serving() as (server, bot):
        assert await bot.get_updates(timeout=0) == []
        poll = asyncio.create_task(bot.get_updates(offset=5, timeout=20))
        await until(lambda: server.updates._poll is not None)
        await server.user(7).send("x")
        assert len(await poll) == 1


@pytest.mark.asyncio
async def test_second_poller_ends_the_first() -> None:
    async with serving() as (server, bot):
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await until(lambda: server.updates._poll is not None)
        assert await bot.get_updates(timeout=0) == []
        with pytest.raises(TelegramConflictError, match="other getUpdates request"):
            await first
        server.updates.conflict_gap = 0.01
        await bot.set_webhook("http://127.0.0.1:1/hook")
        with pytest.raises(TelegramConflictError, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == []


@pytest.mark.asyncio
async def test_allowed_updates() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        await bot.get_updates(allowed_updates=["callback_query"])
        await user.send("unseen")
        await bot.send_message(7, "x", reply_markup=keys("a"))
        await user.press("Button a")
        assert [u.event_type for u in await bot.get_updates(offset=1)] == [
            "message",
            "callback_query",
        ]


# People --------------------------------------------------------------------------------------


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


# Webhook -------------------------------------------------------------------------------------


@dataclass
class Hook:
    """A bot's webhook that answers as told and remembers what came."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    closes: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.news.set()
        if self.closes:
            self.closes -= 1
            assert request.transport is not None
            request.transport.abort()
        gate = self.gates.get(update["update_id"])
        if gate is not None:
            await gate.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def count(self, wanted: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < wanted:
                self.news.clear()
                await self.news.wait()

    @property
    def texts(self) -> list[str]:
        return [u["message"]["text"] if "message" in u else u["callback_query"]["data"]
                for u in self.got]  # fmt: skip


@asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield hook
    finally:
        await runner.cleanup()


@pytest.mark.asyncio
async def test_webhook_order_and_secret() -> None:
    async with serving() as (server, bot), hooked() as hook:
        anna, juris = server.user(7), server.user(8)
        await anna.send("waits already")
        await bot.set_webhook(hook.url, secret_token="s-1", allowed_updates=["message",
                              "callback_query"])  # fmt: skip
        await server.updates.emptied()
        await bot.send_message(7, "x", reply_markup=keys("tap"))
        gate = hook.gates[server.updates.next_id] = asyncio.Event()
        await anna.send("one")
        await anna.send("two")
        await anna.press("Button tap")
        await juris.send("other chat")
        await hook.count(4)
        # "two" waits behind "one"; the press and the other chat do not.
        assert sorted(hook.texts[1:]) == ["one", "other chat", "tap"]
        gate.set()
        await server.updates.emptied()
        assert hook.texts[-1] == "two"
        assert set(hook.secrets) == {"s-1"}
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.last_error_message) == (
            hook.url,
            0,
            None,
        )


@pytest.mark.asyncio
async def test_webhook_repeats_with_pauses() -> None:
    async with serving() as (server, bot), hooked() as hook:
        hook.answers = [web.Response(status=500), web.Response(status=503),
                        web.Response(status=429, headers={"Retry-After": "10"})]  # fmt: skip
        await bot.set_webhook(hook.url)
        await server.user(7).send("x")
        await hook.count(2)  # the first repeat comes at once
        for seconds, count in ((1.9, 2), (0.1, 3), (9.9, 3), (0.1, 4)):
            await until(lambda: bool(server.clock._sleepers))
            server.clock.advance(seconds)
            await hook.count(count)
            assert len(hook.got) == count
        await server.updates.emptied()
        assert [d.status for d in server.webhook.deliveries] == [500, 503, 429, 200]
        assert "Wrong response from the webhook: 429" in str(
            (await bot.get_webhook_info()).last_error_message
        )


@pytest.mark.asyncio
async def test_webhook_that_hangs_or_closes_gets_it_again() -> None:
    async with serving() as (server, bot), hooked() as hook:
        server.webhook.read_limit = 0.05
        await bot.set_webhook(hook.url)
        gate = hook.gates[server.updates.next_id] = asyncio.Event()
        message = await server.user(7).send("x")
        await hook.count(2)
        gate.set()
        await server.updates.emptied()
        hook.closes = 1
        await server.user(7).send("y")
        await server.updates.emptied()
        assert hook.texts == ["x", "x", "y", "y"]
        assert [bool(d.error) for d in server.webhook.deliveries] == [
            True,
            False,
            True,
            False,
        ]
        server.updates.repeat(message.update_id)
        await hook.count(5)
        assert hook.got[-1] == hook.got[0]


@pytest.mark.asyncio
async def test_webhook_down_then_press_is_lost() -> None:
    async with serving() as (server, bot), hooked() as hook:
        await server.user(7).start()
        server.updates.clear()
        await bot.send_message(7, "x", reply_markup=keys("a"))
        await bot.set_webhook("http://127.0.0.1:1/hook")
        await server.user(7).press("Button a")
        await server.user(7).send("typed")
        await until(lambda: len(server.webhook.deliveries) >= 4)
        assert {d.error for d in server.webhook.deliveries} == {"Connection refused"}
        server.clock.advance(PRESS_LIFE)
        await bot.set_webhook(hook.url)
        await server.updates.emptied()
        assert hook.texts == ["typed"]


@pytest.mark.asyncio
async def test_webhook_reply_is_carried_out() -> None:
    async with serving() as (server, bot), hooked() as hook:
        await bot.set_webhook(hook.url)
        call = {"method": "sendMessage", "chat_id": 7, "text": "from the answer"}
        wrong = {"method": "sendMessage", "chat_id": 7, "txt": "?"}
        with aiohttp.MultipartWriter("form-data") as form:
            for name, value in (
                ("method", "sendMessage"),
                ("chat_id", "7"),
                ("text", "form"),
            ):
                part = form.append(value)
                part.set_content_disposition("form-data", name=name)
        hook.answers = [
            web.json_response(call),
            web.json_response(wrong),
            web.Response(body=form),
        ]
        user = server.user(7)
        for text in "abc":
            await user.send(text)
        await server.updates.emptied()
        assert [m.text for m in user.messages] == ["from the answer", "form"]
        assert [(c.via, c.status) for c in server.ledger.calls_of("sendMessage")] == [
            ("webhook", 200), ("webhook", 400), ("webhook", 200)]  # fmt: skip


@pytest.mark.asyncio
async def test_webhook_with_aiograms_own_handler() -> None:
    async with serving() as (server, bot):
        dispatcher = Dispatcher()

        @dispatcher.message()
        async def ask(message: types.Message) -> SendMessage:
            return SendMessage(chat_id=message.chat.id, text="ā <b>b</b>", parse_mode="HTML")

        app = web.Application()
        handler = SimpleRequestHandler(dispatcher, bot, False, secret_token="s")
        handler.register(app, path="/hook")
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await bot.set_webhook(url, secret_token="s", max_connections=1)
        users = [server.user(number) for number in range(10)]
        for user in users:
            await user.send("x")
        assert {(await user.wait())[0].text for user in users} == {"ā b"}
        await bot.set_webhook(url, secret_token="other")
        await users[0].send("x")
        await until(lambda: len(server.webhook.deliveries) >= 12)
        assert server.webhook.deliveries[-1].status == 401
        await runner.cleanup()


@pytest.mark.asyncio
async def test_webhook_address_behind_a_proxy() -> None:
    async with serving() as (server, bot), hooked() as one, hooked() as two:
        server.webhook.routes["https://majup.example"] = [
            hook.url.removesuffix("/hook") for hook in (one, two)
        ]
        await bot.set_webhook("https://majup.example/hook")
        for text in "abcd":
            await server.user(7).send(text)
        await server.updates.emptied()
        assert sorted(one.texts + two.texts) == ["a", "b", "c", "d"]
        assert len(one.got) == len(two.got) == 2


# Faults --------------------------------------------------------------------------------------


FAULTS: list[tuple[Action, type[Exception], str, bool]] = [
    (refuse(429, retry_after=344), TelegramRetryAfter, "344", False),
    (refuse(500), TelegramServerError, "Internal Server Error", False),
    (refuse(502), TelegramServerError, "Bad Gateway", False),
    (refuse(504), TelegramServerError, "Gateway Timeout", False),
    (refuse(401), TelegramUnauthorizedError, "Unauthorized", False),
    (refuse(403, "bot was blocked by the user"), TelegramForbiddenError, "blocked", False),
    (refuse(400, "message thread not found"), TelegramBadRequest, "thread not found", False),
    (refuse(400, "group chat was upgraded to a supergroup chat", migrate_to=-5),
     TelegramMigrateToChat, "-5", False),
    (refuse(404, "method not found"), TelegramNotFound, "not found", False),
    (Page(502), ClientDecodeError, "decode", False),
    (Reset(), TelegramNetworkError, "Disconnected", False),
    (Reset(after=True), TelegramNetworkError, "Disconnected", True),
    (Hang(0.3), TelegramNetworkError, "timeout", True),
    (Hang(0.3, after=False), TelegramNetworkError, "timeout", False),
    (Slow(0.3), TelegramNetworkError, "timeout", True),
    (Slow(0.3, drip=True), TelegramNetworkError, "timeout", True),
    (Truncate(), ClientDecodeError, "decode", True),
    (Garble(), ClientDecodeError, "deserialize", True),
]  # fmt: skip


@MODULE
@pytest.mark.parametrize(("action", "kind", "words", "done"), FAULTS)
async def test_fault(
    stage: Stage, action: Action, kind: type[Exception], words: str, done: bool
) -> None:
    rule = stage.server.faults.add(
        lambda method, params: method == "sendMessage" and params["chat_id"] == stage.user.id,
        action,
        skip=1,
    )
    await stage.bot.send_message(stage.user.id, "skipped")
    hasty = Session(api=stage.server.aiogram_api(), timeout=0.1)
    async with Bot(stage.server.token, session=hasty) as bot:
        with pytest.raises(kind, match=words):
            await bot.send_message(stage.user.id, "struck")
    assert rule.hits == 1
    assert (stage.user.last.text == "struck") is done
    assert stage.server.calls[-1].ok is done
    await stage.bot.send_message(stage.user.id, "after")
    assert stage.user.last.text == "after"


@MODULE
async def test_slow_answer_arrives(stage: Stage) -> None:
    stage.server.faults.add("sendMessage", Slow(0.02, drip=True))
    assert (await stage.bot.send_message(stage.user.id, "x")).text == "x"


@pytest.mark.asyncio
async def test_flood_counts_down() -> None:
    async with serving() as (server, bot):
        for number in (7, 8):
            await server.user(number).start()
        server.faults.flood(35, chat_id=7)
        await bot.send_message(8, "x")
        waits = []
        for _ in range(3):
            with pytest.raises(TelegramRetryAfter) as caught:
                await bot.send_message(7, "x")
            waits.append(caught.value.retry_after)
            server.clock.advance(10)
        assert waits == [35, 25, 15]
        server.clock.advance(5)
        await bot.send_message(7, "x")
        server.faults.flood(1)
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(8, "x")


@pytest.mark.asyncio
async def test_rates() -> None:
    async with serving(rate_limits=True) as (server, bot):
        user = server.user(7)
        await user.start()
        group = server.group(-100)
        await group.add_bot(user)
        server.rates.burst = 3
        for _ in range(3):
            await bot.send_message(7, "x")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(7, "x")
        assert caught.value.retry_after == 1
        server.clock.advance(1)
        await bot.send_message(7, "x")
        server.rates.burst = 100
        for _ in range(20):
            await bot.send_message(-100, "x")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(-100, "x")
        assert caught.value.retry_after == 3
        server.clock.advance(60)
        for number in range(100, 130):
            await server.user(number).start()
            await bot.send_message(number, "x")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(7, "x")
        assert server.rates.refused == 3


@pytest.mark.asyncio
async def test_server_goes_away_and_comes_back() -> None:
    async with serving() as (server, bot):
        port = server.port
        await server.stop()
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()
        await server.start()
        assert server.port == port
        assert (await bot.get_me()).id == 4242


@pytest.mark.asyncio
async def test_clock() -> None:
    clock = Clock(START, running=False)
    assert clock.now() == START
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9)
    await asyncio.sleep(0.001)
    assert not sleeper.done()
    clock.advance(1)
    await asyncio.wait_for(sleeper, 1)
    running = Clock(START)
    await running.sleep(0.01)
    assert (running.now() - START).total_seconds() >= 0.01


@pytest.mark.asyncio
async def test_control() -> None:
    async with serving() as (server, bot), aiohttp.ClientSession() as client:
        server.control = Control(server).answer

        async def control(verb: str, **body: Any) -> tuple[int, Any]:
            async with client.post(f"{server.url}/control/{verb}", json=body) as answer:
                return answer.status, await answer.json()

        await control("send", user=7, text="/start", first_name="Ilze")
        await bot.send_message(7, "x", reply_markup=keys("a"))
        assert (await control("wait", user=7))[1][0]["keyboard"] == [[["Button a", "a"]]]
        assert (await control("wait", user=7, timeout=0.01))[0] == 408
        assert (await control("press", user=7, label="Button a"))[0] == 200
        assert (await control("press", user=7, label="None"))[0] == 400
        assert (await control("advance", seconds=PRESS_LIFE))[0] == 200
        assert "Ilze: /start" in (await control("chat", chat=7))[1]["screen"]
        assert (await control("nothing"))[0] == 404
        assert len(await bot.get_updates()) == 1
        assert (await control("stats"))[1]["expired"] == 1

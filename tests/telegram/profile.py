"""The bot itself: files, menu, descriptions, webhook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import html
from .ledger import JSON
from .methods import Upload
from .play import Handler, known_chat, plays
from .refusal import bad

if TYPE_CHECKING:
    from .world import World

DOWNLOAD_LIMIT = 20 * 1024 * 1024


@plays("getFile")
def get_file(world: World, args: JSON) -> JSON:
    """Where a file can be fetched."""
    found = world.files.get(args["file_id"])
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(found.content) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": args["file_id"],
        "file_unique_id": args["file_id"][-12:],
        "file_size": len(found.content),
        "file_path": f"{found.field}/{args['file_id']}",
    }


@plays("getMe")
def get_me(world: World, args: JSON) -> JSON:
    """The bot itself."""
    return {
        **world.me,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@plays("logOut", "close")
def log_out(world: World, args: JSON) -> bool:
    """Accepted."""
    return True


def _language(args: JSON) -> str:
    code: str = args.get("language_code", "")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _scope(args: JSON) -> str:
    scope = args.get("scope") or {"type": "default"}
    return " ".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)


@plays("setMyCommands")
def set_my_commands(world: World, args: JSON) -> bool:
    """The menu of commands."""
    commands = args["commands"]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if isinstance((args.get("scope") or {}).get("chat_id"), int):
        known_chat(world, args["scope"]["chat_id"])
    world.commands[_scope(args), _language(args)] = commands
    return True


@plays("getMyCommands")
def get_my_commands(world: World, args: JSON) -> list[JSON]:
    """The menu of one scope and language, exactly."""
    return world.commands.get((_scope(args), _language(args)), [])


@plays("deleteMyCommands")
def delete_my_commands(world: World, args: JSON) -> bool:
    """No menu for one scope and language."""
    world.commands.pop((_scope(args), _language(args)), None)
    return True


def _about(field: str, limit: int) -> tuple[Handler, Handler]:
    def put(world: World, args: JSON) -> bool:
        if html.utf16(args.get(field, "")) > limit:
            raise bad(f"bot {field.replace('_', ' ')} is too long")
        world.profile[field, _language(args)] = args.get(field, "")
        return True

    def get(world: World, args: JSON) -> JSON:
        default = world.profile.get((field, ""), "")
        return {field: world.profile.get((field, _language(args))) or default}

    return put, get


for _field, _method, _limit in (
    ("name", "MyName", 64),
    ("description", "MyDescription", 512),
    ("short_description", "MyShortDescription", 120),
):
    _setter, _getter = _about(_field, _limit)
    plays(f"set{_method}")(_setter)
    plays(f"get{_method}")(_getter)


@plays("setChatMenuButton")
def set_chat_menu_button(world: World, args: JSON) -> bool:
    """The button beside the letters."""
    chat_id = args.get("chat_id", 0)
    if chat_id:
        known_chat(world, chat_id)
    world.menu_buttons[chat_id] = args.get("menu_button") or {"type": "default"}
    return True


@plays("getChatMenuButton")
def get_chat_menu_button(world: World, args: JSON) -> JSON:
    """The button beside the letters."""
    return world.menu_buttons.get(args.get("chat_id", 0), {"type": "default"})


_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@plays("setWebhook")
def set_webhook(world: World, args: JSON) -> bool:
    """Deliver to an address. Plain http and any port are taken on loopback only."""
    url: str = args.get("url", "")
    parts = urlsplit(url)
    if url and parts.hostname not in _LOOPBACK:
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in {80, 88, 443, 8443}:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if not any(url.startswith(prefix) for prefix in world.webhook.routes):
            raise bad("bad webhook: Failed to resolve host: Name or service not known")
    secret: str = args.get("secret_token", "")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    connections = args.get("max_connections", 40)
    if not 1 <= connections <= 100:
        connections = 40
    if isinstance(args.get("certificate"), Upload) and not url:
        raise bad("bad webhook: certificate without URL")
    world.allow(args.get("allowed_updates"))
    if args.get("drop_pending_updates"):
        world.updates.clear()
    world.webhook.set(url, secret, connections)
    return True


@plays("deleteWebhook")
def delete_webhook(world: World, args: JSON) -> bool:
    """Back to polling."""
    if args.get("drop_pending_updates"):
        world.updates.clear()
    world.webhook.set("", "", 40)
    return True


@plays("getWebhookInfo")
def get_webhook_info(world: World, args: JSON) -> JSON:
    """How delivery goes."""
    return world.webhook.info()

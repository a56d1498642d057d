"""``majup staff``: who works with cases."""

from __future__ import annotations

import typer

from bot.office import utc_now
from bot.settings import InputFault, Settings
from dialogs.programme.geography import load_geography
from dialogs.recognise.contact import read_email
from storage import staff
from storage.store import Store

ROLES = ("coordinator", "municipality", "script-admin", "auditor", "operator")
LANGUAGES = ("lv", "ru", "en")


def _check(role: str, region: str, language: str) -> None:
    """Say what would be right; raises InputFault."""
    regions = tuple(load_geography().regions)
    if role not in ROLES:
        raise InputFault(f"no role {role}; choose {', '.join(ROLES)}")
    if language not in LANGUAGES:
        raise InputFault(f"no language {language}; choose {', '.join(LANGUAGES)}")
    if role == "coordinator" and region not in regions:
        raise InputFault(f"a coordinator needs --region, one of {', '.join(regions)}")
    if region and region not in regions:
        raise InputFault(f"no region {region}; choose {', '.join(regions)}")


async def _open(settings: Settings) -> Store:
    return await Store.open(settings.database_url, settings.key_path, utc_now)


async def invite(settings: Settings, role: str, region: str, language: str) -> None:
    """Print a code that is good for one use within 72 hours, alone on the last line."""
    _check(role, region, language)
    store = await _open(settings)
    try:
        code = await staff.invite(store, role, region, language)
    finally:
        await store.close()
    typer.echo("Good for one use within 72 hours. In the bot: /start CODE")
    typer.echo(code)


async def add(
    settings: Settings, role: str, region: str, language: str, telegram: str, email: str = ""
) -> None:
    """Register a Telegram chat (a person's, or a group's for short notices) or a mail address."""
    _check(role, region, language)
    if bool(telegram) == bool(email):
        raise InputFault("one of --telegram CHAT_ID and --email ADDRESS is needed")
    if telegram and not telegram.lstrip("-").isdigit():
        raise InputFault("--telegram needs a chat id, a whole number")
    address = read_email(email) if email else telegram
    if address is None:
        raise InputFault("--email needs an e-mail address")
    channel = "email" if email else "telegram"
    store = await _open(settings)
    try:
        person = await staff.add(store, role, region, language, channel, address)
    finally:
        await store.close()
    typer.echo(person.staff.id)


async def list_all(settings: Settings) -> None:
    """One line for each: id, role, region, language, since, until."""
    store = await _open(settings)
    try:
        people = await staff.everyone(store)
    finally:
        await store.close()
    for person in people:
        each = person.staff
        ended = f"revoked {each.revoked_at:%Y-%m-%d}" if each.revoked_at else "works"
        typer.echo(
            f"{each.id}  {each.role:<12}  {each.region or '-':<8}  {each.language}  "
            f"{each.created_at:%Y-%m-%d}  {ended}"
        )


async def revoke(settings: Settings, person: str) -> None:
    """End somebody's access."""
    store = await _open(settings)
    try:
        found = await staff.revoke(store, person)
    finally:
        await store.close()
    if not found:
        raise InputFault(f"nobody with the id {person}; `majup staff list` shows them")
    typer.echo("revoked")

"""``majup updates``: what was put aside because it failed every time; never its contents."""

from __future__ import annotations

import typer

from bot.office import utc_now
from bot.settings import Settings
from storage import conversations, outbox
from storage.store import Store


async def list_parked(settings: Settings) -> None:
    """One line for each update put aside and each message that could not be delivered."""
    store = await Store.open(settings.database_url, settings.key_path, utc_now)
    try:
        for parked in await conversations.parked_updates(store):
            moment = parked.parked_at.isoformat(timespec="minutes")
            typer.echo(f"update {parked.channel} {parked.id} {moment} {parked.reason}")
        for failed in await outbox.failed(store):
            moment = failed.created_at.isoformat(timespec="minutes")
            typer.echo(f"message {failed.address} {failed.ref or '-'} {moment} {failed.reason}")
    finally:
        await store.close()

"""The service's settings: environment variables and ``.env``, read once into one frozen value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_LENGTH = 32
DATABASES = ("sqlite+aiosqlite", "postgresql+psycopg")
_ORIGIN = re.compile(r"'self'|https?://[A-Za-z0-9*.-]+(?::(?:[0-9]{1,5}|\*))?")


class SettingsFault(Exception):
    """A setting is wrong; the text is one line for the operator."""


class InputFault(Exception):
    """What a command was given is wrong; the text is one line for the operator."""


class Settings(BaseSettings):
    """Every ``MAJUP_...`` variable; the meaning of each is in the README's table."""

    model_config = SettingsConfigDict(
        env_prefix="MAJUP_", env_file=".env", frozen=True, extra="ignore"
    )

    home: Path = Path("majup-data")
    programme: Path | None = None
    database: str = ""
    key_file: Path | None = None
    bot_token: str = Field("", repr=False)
    driver: Literal["aiogram", "ptb"] = "aiogram"
    bot_api: str = "https://api.telegram.org"
    public_url: str = ""
    webhook: Literal["on", "off"] = "off"
    webhook_secret: str = Field("", repr=False)
    listen: str = "127.0.0.1:8080"
    send_rate: int = Field(30, ge=0, le=1000)
    log: Literal["text", "json"] = "text"
    smtp_url: str = Field("", repr=False)
    mail_from: str = ""
    chat_frames: str = "'self'"

    @field_validator("database")
    @classmethod
    def _database(cls, value: str) -> str:
        kind = value.partition("://")[0] if "://" in value else ""
        if value and kind not in DATABASES:
            raise ValueError(f"must begin with {' or '.join(f'{each}://' for each in DATABASES)}")
        return value

    @field_validator("bot_api", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError("must be a web address, for example https://majup.example")
        return value

    @field_validator("programme")
    @classmethod
    def _programme_is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is no folder")
        return value

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError("must be host:port, for example 127.0.0.1:8080")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if value and not re.fullmatch(r"smtps?://(?:[^@/\s]+@)?[^@/\s]+/?", value):
            raise ValueError("must be smtp://USER:PASSWORD@HOST:PORT (STARTTLS) or smtps://...")
        return value

    @field_validator("chat_frames")
    @classmethod
    def _frames(cls, value: str) -> str:
        if not all(_ORIGIN.fullmatch(each) for each in value.split()):
            raise ValueError("must be web origins, for example: https://www.novads.lv")
        return value

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        if self.smtp_url and not re.fullmatch(r"[^@\s]+@[^@\s]+", self.mail_from):
            raise ValueError("MAJUP_SMTP_URL needs MAJUP_MAIL_FROM, the sender's address")
        if self.smtp_url and not self.public_url:
            raise ValueError("MAJUP_SMTP_URL needs MAJUP_PUBLIC_URL, for the links in mails")
        return self

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Settings:
        if self.webhook == "on":
            if not self.bot_token:
                raise ValueError("MAJUP_WEBHOOK=on needs MAJUP_BOT_TOKEN; @BotFather gives one")
            if len(self.webhook_secret) < SECRET_LENGTH:
                raise ValueError(
                    f"MAJUP_WEBHOOK=on needs MAJUP_WEBHOOK_SECRET of at least {SECRET_LENGTH} "
                    "characters"
                )
            if not self.public_url.startswith("https://"):
                raise ValueError("MAJUP_WEBHOOK=on needs MAJUP_PUBLIC_URL that begins with https://")
        return self

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL; by default SQLite in the home."""
        return self.database or f"sqlite+aiosqlite:///{(self.home / 'majup.sqlite').absolute()}"

    @property
    def key_path(self) -> Path:
        """The master key file; by default in the home."""
        return self.key_file or self.home / "master.key"

    @property
    def host(self) -> str:
        """Host to listen on."""
        return self.listen.rpartition(":")[0]

    @property
    def port(self) -> int:
        """Port to listen on."""
        return int(self.listen.rpartition(":")[2])


def read_settings(**overrides: object) -> Settings:
    """The settings of this process. Raises SettingsFault with all that is wrong, on one line."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        told = []
        for each in error.errors():
            place = "_".join(str(part) for part in each["loc"]).upper()
            said = str(each["msg"]).removeprefix("Value error, ")
            told.append(f"MAJUP_{place}: {said}" if place else said)
        raise SettingsFault("; ".join(told)) from None
    except (UnicodeDecodeError, OSError) as error:
        why = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SettingsFault(f"the file .env cannot be read: {why}") from None

"""E-mail: messages out, nothing in. One connection a mail, over TLS wherever the server has it.

A mail cannot be amended: orders to edit, bare or delete one are done when they arrive.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import ssl
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape, unescape
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors

from bot.channels.channel import (
    Accept,
    DeliveryError,
    Gone,
    Later,
    Misconfigured,
    Order,
    Refused,
    Unclear,
    Unreachable,
)

NAME = "email"
ANSWER_SECONDS = 60.0
"""How long a mail server may take to answer; RFC 5321 4.5.3.2 allows minutes, people do not."""
PAUSES = (60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0)
"""Waits after a passing refusal (greylisting lasts one to thirty minutes)."""
GIVE_UP = 110
"""Passing refusals before a mail is given up: about four and a half days (RFC 5321 4.5.4.1)."""
AT_ONCE = 4
UNTRUSTED = "the mail server's certificate is not trusted"
_WAITING = 10_000
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_NO_SUCH_BOX = frozenset((550, 551, 553, 556))


class Mail:
    """The channel ``email`` over one SMTP server.

    ``url`` is smtp://USER:PASSWORD@HOST:PORT (port 587, STARTTLS, required once a password is
    given) or smtps://... (port 465). ``sender`` is the address mails come from, with ``name``
    before it. ``trust`` replaces the system's certificates. Raises Misconfigured for another URL.
    """

    name = NAME

    def __init__(
        self,
        url: str,
        sender: str,
        clock: Callable[[], datetime],
        name: str = "Mājup",
        trust: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise Misconfigured("MAJUP_SMTP_URL must be smtp://HOST:PORT or smtps://HOST:PORT")
        self._host = parts.hostname
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._trust = trust or ssl.create_default_context()
        box, _, domain = sender.rpartition("@")
        self._from = MailAddress(name, box, domain)
        self._sender = sender
        self._clock = clock
        self._secret = secrets.token_bytes(16)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._refused: OrderedDict[str, int] = OrderedDict()

    async def receive(self, accept: Accept) -> None:
        """Nothing comes in by mail."""
        await asyncio.Event().wait()

    async def perform(self, address: str, order: Order) -> str:
        """Send a mail; gives its Message-ID. Raises the DeliveryError that fits the answer."""
        if order.kind != "send":
            return order.message
        message = self._message(address, order)
        async with self._slots:
            try:
                await self._send(address, message)
            except Later:
                raise self._again(address) from None
        self._refused.pop(address, None)
        return str(message["Message-ID"])

    def _again(self, address: str) -> DeliveryError:
        """How long to wait now: longer each time, and not for ever."""
        count = self._refused.pop(address, 0) + 1
        if count > GIVE_UP:
            return Refused("put off for days")
        self._refused[address] = count
        if len(self._refused) > _WAITING:
            self._refused.popitem(last=False)
        return Later(PAUSES[min(count, len(PAUSES)) - 1])

    async def close(self) -> None:
        """No connection is kept."""

    async def _send(self, address: str, message: EmailMessage) -> None:
        server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            start_tls=None if not self._password else (not self._tls),
            tls_context=self._trust,
            timeout=ANSWER_SECONDS,
            username=self._user or None,
            password=self._password or None,
        )
        written = False
        try:
            await server.connect()
            await server.mail(self._sender)
            await server.rcpt(str(message["To"].addresses[0].addr_spec))
            written = True
            await server.data(message.as_bytes())
        except errors.SMTPResponseException as error:
            raise _meaning(error, person=not isinstance(error, errors.SMTPSenderRefused)) from None
        except errors.SMTPException as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise Misconfigured(UNTRUSTED) from None
            raise _broken(error, written=written) from None
        except ssl.SSLError:
            raise Misconfigured(UNTRUSTED) from None
        except (OSError, UnicodeError) as error:
            raise _broken(error, written=written) from None
        finally:
            await _bye(server)

    def _message(self, address: str, order: Order) -> EmailMessage:
        """The mail: plain text, and the same as plain HTML.

        Raises Refused for what is no address, Gone for one that cannot be reached.
        """
        message = EmailMessage()
        if not _ADDRESS.fullmatch(address):
            raise Refused("not a mail address")
        box, _, domain = address.rpartition("@")
        if not box.isascii():
            # Letters beyond ASCII before the @ want SMTPUTF8 (RFC 6531), which few boxes have.
            raise Gone("letters beyond ASCII in the address")
        try:
            message["To"] = MailAddress("", box, domain.encode("idna").decode())
        except (ValueError, UnicodeError):
            raise Refused("not a mail address") from None
        message["From"] = self._from
        message["Subject"] = " ".join((order.subject or "Mājup").split())
        message["Date"] = format_datetime(self._clock())
        # A mail sent again after an unclear end has the same name, so that a server may drop it.
        named = hashlib.sha256(self._secret + address.encode() + order.html.encode()).hexdigest()
        message["Message-ID"] = f"<{named[:32]}@{self._from.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        keys = [key for row in order.rows for key in row if key.url]
        links = "\n".join(f"{key.label}: {key.url}" for key in keys)
        message.set_content("\n\n".join(part for part in (plain(order.html), links) if part) + "\n")
        message.add_alternative(_page(order.html, [(k.label, k.url) for k in keys]), subtype="html")
        return message


def plain(html: str) -> str:
    """An order's HTML as plain text."""
    return unescape(re.sub(r"</?[a-z]+[^<>]*>", "", html))


def _page(html: str, links: list[tuple[str, str]]) -> str:
    """The mail for programs that show HTML: the same words, links as buttons."""
    body = html.replace("\n", "<br>\n")
    buttons = "".join(
        f'<p><a href="{escape(url)}" style="display:inline-block;padding:12px 24px;'
        f'border-radius:12px;background:#8f2135;color:#ffffff;font-weight:600;'
        f'text-decoration:none">{escape(label)}</a></p>'
        for label, url in links
    )
    return (
        '<!doctype html><html><body style="margin:0;padding:24px;background:#f5f1ea;'
        'color:#26211d;font:16px/1.5 sans-serif"><div style="max-width:36rem;margin:0 auto;'
        f'padding:24px;border-radius:16px;background:#fffdfa"><p>{body}</p>{buttons}</div>'
        "</body></html>"
    )


def _meaning(error: errors.SMTPResponseException, *, person: bool) -> DeliveryError:
    """What an answer of the server means, by its code (RFC 5321 4.2)."""
    if isinstance(error, errors.SMTPAuthenticationError):
        return Misconfigured("the mail server refuses user or password")
    if isinstance(error, errors.SMTPHeloError | errors.SMTPConnectResponseError):
        return Unreachable(f"answer {error.code}")
    if 400 <= error.code < 500:
        return Later(PAUSES[0])
    if not person or error.code in (530, 535):
        return Misconfigured(f"the mail server refuses the sender: answer {error.code}")
    if error.code in _NO_SUCH_BOX and isinstance(
        error, errors.SMTPRecipientRefused | errors.SMTPRecipientsRefused
    ):
        return Gone(f"answer {error.code}")
    return Refused(f"answer {error.code}")


def _broken(error: Exception, *, written: bool) -> DeliveryError:
    """What a broken connection means: the mail may have gone once its text was on the way."""
    kind = type(error).__name__
    return Unclear(kind) if written else Unreachable(kind)


async def _bye(server: aiosmtplib.SMTP) -> None:
    """Take leave; a server that hangs is left to itself."""
    try:
        if server.is_connected:
            await server.quit(timeout=5)
    except (errors.SMTPException, OSError):
        pass
    finally:
        server.close()

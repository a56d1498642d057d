"""A real SMTP server in a process of its own, for tests: ``python -m tests.smtp_server FOLDER``.

Serves STARTTLS and immediate TLS with user "office" and password "secret"; prints both ports.
Mails are put into the folder. The part before the @ of a recipient says what happens:
gone: 550 at once; grey2: 451 twice, then taken; full: 452; spam: 554 after the text; cut: the
connection breaks before the text is asked for; lost: it breaks after the text was taken.
"""

from __future__ import annotations

import itertools
import ssl
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "office", "secret"


class Box:
    """Takes mails as their recipients say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tried: Counter[str] = Counter()
        self.number = itertools.count(1)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        word = address.partition("@")[0]
        self.tried[address] += 1
        if word == "gone":
            return "550 5.1.1 no such box"
        if word == "full":
            return "452 4.2.2 box is full"
        if word.startswith("grey") and self.tried[address] <= int(word.removeprefix("grey")):
            return "451 4.7.1 greylisted, try again later"
        if word == "cut":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        word = envelope.rcpt_tos[0].partition("@")[0]
        if word == "spam":
            return "554 5.7.1 we do not like it"
        file = self.folder / f"{next(self.number):04d}-{word}.eml"
        content = envelope.content or b""
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        if word == "lost":
            server.transport.abort()
        return "250 OK"


def signed_in(_server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
    """Only one user may send."""
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == wanted, handled=False)


def main(folder: Path) -> None:
    """Serve until stopped."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    box = Box(folder / "mails")
    box.folder.mkdir(exist_ok=True)
    starttls = Controller(
        box, "127.0.0.1", 0, tls_context=context, require_starttls=True,
        auth_required=True, authenticator=signed_in,
    )  # fmt: skip
    tls = Controller(
        box, "127.0.0.1", 0, ssl_context=context, auth_required=True, authenticator=signed_in,
        auth_require_tls=False,
    )  # fmt: skip
    ports = []
    for each in (starttls, tls):
        each.port = _free_port()
        each.start()
        ports.append(each.port)
    print(*ports, flush=True)
    while True:
        time.sleep(60)


def _free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

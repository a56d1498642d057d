"""The socket on which the service listens."""

from __future__ import annotations

import socket

BACKLOG = 1024


class PortTaken(Exception):
    """Another program listens on the address already."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises PortTaken if somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(BACKLOG)  # two programs may bind the same port, but not both listen
    except OSError as error:
        sock.close()
        why = error.strerror or type(error).__name__
        raise PortTaken(f"cannot listen on {host}:{port}: {why}") from None
    return sock

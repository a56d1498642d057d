"""How the Bot API says no: a code, a description and, for some, parameters."""

from __future__ import annotations

from typing import Any

_KINDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class Refusal(Exception):
    """One refused call: HTTP ``code``, ``description`` with its kind in front, ``parameters``."""

    def __init__(
        self, code: int, description: str = "", parameters: dict[str, Any] | None = None
    ) -> None:
        kind = _KINDS.get(code, "Error")
        self.code = code
        self.description = f"{kind}: {description}" if description else kind
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(description: str) -> Refusal:
    """A 400 with this description."""
    return Refusal(400, description)


def forbidden(description: str) -> Refusal:
    """A 403 with this description."""
    return Refusal(403, description)


def too_many(seconds: int) -> Refusal:
    """A 429 that asks to wait ``seconds``."""
    return Refusal(429, f"retry after {seconds}", {"retry_after": seconds})

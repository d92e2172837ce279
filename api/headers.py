"""Headers that every answer carries."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from api.wiring import wired

# data: only for the small arrows that the style sheets draw; no inline script or style anywhere.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Flask) -> None:
    """Set them after each request."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "console.static_file":
        response.headers.setdefault("Cache-Control", "no-store")
    if wired().settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers.add("Vary", "Accept-Language")
    return response

"""What every answer carries, so that a browser runs nothing but our own files and shows a page to nobody else.

No page has a script or a style of its own: folium's are written into files (docs/decisions/0021), so the policy needs
neither hashes nor nonces.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), browsing-topics=()",
    # with no-referrer a browser hides the origin of a form, and then the form is taken for another site's
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
UNSAID = {"Cache-Control": "no-store"}
"""What an answer that says nothing about it is: of persons, so kept by nobody."""


class Headers:
    """Put the headers on every answer, refusals and failures included; what a route says itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        more = ALWAYS | UNSAID | (OVER_HTTPS if scope["scheme"] == "https" else {})

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in more.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)

"""Refuses what the carrier did not sign.

Every webhook goes through `guard`, which runs before any view. There is no switch to turn it off:
tests and the simulator sign for real, with a token of their own.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"


def guard(blueprint: Blueprint, auth_tokens: tuple[str, ...], public_url: str | None) -> None:
    """Let only signed requests reach the views of this blueprint.

    Args:
        blueprint: its every request is checked.
        auth_tokens: the account's primary token, and while it is rotated also the next one.
        public_url: the address the carrier calls, such as https://line.example.org; None takes
            the request's own, which is right only without a proxy that changes it.
    """
    check = signed_by(auth_tokens, public_url)

    def refuse_unsigned() -> Response | None:
        if check():
            return None
        return Response("This address takes signed requests only.\n", 403, mimetype="text/plain")

    blueprint.before_request(refuse_unsigned)


def signed_by(auth_tokens: tuple[str, ...], public_url: str | None) -> Callable[[], bool]:
    """A check of the current request against these tokens."""
    validators = [RequestValidator(token) for token in auth_tokens if token]

    def check() -> bool:
        # The library raises on a missing header; an empty one simply does not match.
        signature = request.headers.get(HEADER, "")
        url = signed_url(public_url)
        return any(v.validate(url, request.form, signature) for v in validators)

    return check


def signed_url(public_url: str | None) -> str:
    """The address as the carrier signed it: the public one, with path and query as they came.

    `request.url` would be the inner host behind a proxy, and an IRI with decoded characters; both
    break the signature.
    """
    base = public_url or request.host_url
    prefix = urlsplit(base)
    path = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or _path()
    return f"{prefix.scheme}://{prefix.netloc}{prefix.path.rstrip('/')}{_without_host(path)}"


def _path() -> str:
    query = request.query_string.decode("latin-1")
    path = request.environ.get("SCRIPT_NAME", "") + request.environ["PATH_INFO"]
    return f"{path}?{query}" if query else str(path)


def _without_host(uri: str) -> str:
    """A request line may hold a whole address; only its path and query count."""
    if uri.startswith("/"):
        return uri
    parts = urlsplit(uri)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

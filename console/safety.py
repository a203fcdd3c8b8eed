"""What guards every page of the app: cookie, form tokens and security headers.

The headers are set on every response. No page may run or load anything that is not a file of this
site: a name with markup in it would stay text even if a template forgot to escape it.
"""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import CSRFProtect

from console.access import LONGEST_SESSION

ALLOWED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{what} {where}" for what, where in ALLOWED.items())

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    # A report's address stays on this site; on it, the token check of a form wants the referrer.
    "Referrer-Policy": "same-origin",
    # Pages hold what families said: no copy of them stays on a shared computer. The stylesheet
    # and its like say for themselves how they are kept.
    "Cache-Control": "no-store",
}
ONE_YEAR = 31_536_000  # seconds
TAKE_FILES = {"by_hand.enter", "pictures.add", "roster.dry_run", "roster.import_files"}
LARGEST_FILE = 11 << 20  # bytes, with the form around it; all else is a fraction of it


class CookieSessions(SecureCookieSessionInterface):
    """Flask's sessions, which take their keys out only for who shows a cookie.

    The carrier never does, and its requests are the ones that must be quick.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session in the cookie; an empty one without."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def protect(app: Flask, *, https: bool) -> CSRFProtect:
    """Guard the app; `https`: its public address is one, so its cookie never goes without.

    Returns:
        The form-token check, so that signed webhooks and the token-guarded API are exempted by
        name: `protect(app, https=True).exempt(blueprint)`.
    """
    app.config.update(
        SESSION_COOKIE_NAME="absence_line",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as the session
    )

    app.session_interface = CookieSessions()

    @app.before_request
    def _room_for_files() -> None:  # before the token is looked for, for that reads the form
        if request.endpoint in TAKE_FILES:
            request.max_content_length = request.max_form_memory_size = LARGEST_FILE

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
        return response

    return CSRFProtect(app)

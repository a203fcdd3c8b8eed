"""The second factor: one-time codes of an authenticator app, and the secret behind them, sealed.

The secret must be kept as it is, to work out the codes; a stolen table alone opens nothing, for
it is sealed with a key that stands in no table.
"""

from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from markupsafe import Markup

from school.staff import Staff

STEP = 30  # seconds that a code holds
BESIDE = (0, -1, 1)  # a telephone's clock may be a little off
PURPOSE = b"absence-line second factor:"


def new_secret() -> str:
    """A secret for an app."""
    return pyotp.random_base32()


def seal(secret: str) -> str:
    """The secret as it is kept."""
    return _box().encrypt(secret.encode()).decode()


def renewed(sealed: str) -> str:
    """The same secret sealed with the server's key, if an earlier one sealed it."""
    return _box().rotate(sealed.encode()).decode()


def right_code(staff: Staff, code: str, now: datetime) -> int | None:
    """The step of this code if it is right and was not taken before; else None."""
    secret = _unseal(staff.totp_secret)
    return None if secret is None else fitting_step(secret, code, now, staff.totp_step)


def fitting_step(secret: str, code: str, now: datetime, last: int | None = None) -> int | None:
    """The step that this code is of, after the last one taken; None if it is of none."""
    digits = "".join(code.split())
    at = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for beside in BESIDE:
        step = at + beside
        fits = compare_digest(totp.generate_otp(step), digits) if digits.isascii() else False
        if fits and (last is None or step > last):
            return step
    return None


def square(secret: str, email: str, school: str) -> Markup:
    """What the app scans, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"{school} Absence Line")
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=3, light="#ffffff")
    return Markup(drawn)  # noqa: S704  (drawn by the library from an address that it encodes)


def _unseal(sealed: str | None) -> str | None:
    if sealed is None:
        return None
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:  # the server's key was changed: the app must be set up anew
        return None


def _box() -> MultiFernet:
    """Seals with the server's key; opens with the ones before it, too.

    These are not Flask's own fallbacks, with which whoever stole an old key could make sessions.
    """
    older = current_app.config.get("OLD_SECRET_KEYS") or ()
    keys = (str(key or "").encode() for key in (current_app.secret_key, *older))
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(PURPOSE + key).digest())) for key in keys])

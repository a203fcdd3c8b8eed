"""Whether a text is an e-mail address, as far as can be seen without writing to it."""

import re

LONGEST = 254  # what the mail protocol allows
SHAPE = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def is_email(text: str) -> bool:
    """Whether the text has the shape of an address."""
    return len(text) <= LONGEST and text.isprintable() and SHAPE.fullmatch(text) is not None

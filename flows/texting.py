"""What a text costs: the alphabet it fits into, how many parts it takes, and how to save one.

A part is what the carrier charges for. In the plain alphabet of telephones (GSM-7) it holds 160
letters; one letter outside of it, such as the `á` of "mamá", and it holds 70. So a text keeps its
accents while they cost nothing, and loses them where they would cost a part more: that is how
banks and offices text in Spanish and Polish, and nobody misreads it.
"""

import re
import unicodedata

# The basic table of GSM 03.38; those in the second need two places each.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")

WHOLE, PART = 160, 153  # places in a text of one part, and in each of several
WIDE_WHOLE, WIDE_PART = 70, 67  # the same, where a letter is outside the alphabet

# What Unicode does not take apart into a letter and its accent, and signs that telephones and
# word processors put in by themselves.
LOOK_ALIKES = str.maketrans(
    {
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "œ": "oe", "Œ": "OE", "ı": "i", "¨": '"',
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
        "`": "'", "´": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "«": '"', "»": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "…": "...", "•": "-", "ª": "a", "º": "o", "\t": " ",
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ",
    }
)  # fmt: skip
# Pictures, and the marks that colour and join them: they say nothing here that words do not.
PICTURES = re.compile(
    "[\u200d\u20e3\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def parts(text: str) -> int:
    """How many parts the carrier makes of this text, and charges for."""
    if all(sign in BASIC or sign in EXTENDED for sign in text):
        places = len(text) + sum(sign in EXTENDED for sign in text)
        return 1 if places <= WHOLE else -(-places // PART)
    places = len(text.encode("utf-16-le")) // 2
    return 1 if places <= WIDE_WHOLE else -(-places // WIDE_PART)


def thrifty(text: str) -> str:
    """The text as it is sent: without accents and pictures where these would cost a part more."""
    plain = without_accents(text)
    return plain if parts(plain) < parts(text) else text


def without_accents(text: str) -> str:
    """The text with every letter that telephones have no place for as the letter under it.

    Letters of other scripts stay: there is nothing to put in their place.
    """
    text = PICTURES.sub("", text).translate(LOOK_ALIKES)
    return "".join(
        sign if sign in BASIC else _bare(sign) for sign in unicodedata.normalize("NFC", text)
    )


def _bare(sign: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFD", sign) if not unicodedata.combining(c))
    return letters if letters in BASIC else sign

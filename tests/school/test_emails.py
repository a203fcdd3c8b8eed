"""What has the shape of an e-mail address."""

import pytest

from school.emails import is_email


@pytest.mark.parametrize("text", ["a@example.org", "maría.lópez+k@sub.example.org"])
def test_an_address(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@example.org",
        "a@.org",
        "a@b..org",
        "a b@example.org",
        "a@b@example.org",
        "a@example.org\x00",
        "a@example.org\n",
        "a" * 250 + "@example.org",
    ],
)
def test_no_address(text: str) -> None:
    assert not is_email(text)

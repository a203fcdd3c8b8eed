"""A photo of a note, sent in the demo: seen in the thread, fetched as from the carrier."""

import pytest

from tests.ivr.simulator.demo import Demo, Json, Visitor

JPEG = b"\xff\xd8\xff\xe0 a photo"
ACCOUNT = "AC" + "5" * 32
FOLDER = f"/simulator/api/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media"


def sends(visitor: Visitor, content: bytes, kind: str) -> Json:
    answer = visitor.client.post(
        f"/simulator/handsets/{visitor.tab}/photo",
        data=content,
        headers={"X-CSRFToken": visitor.token, "Content-Type": kind},
    )
    state: Json = answer.get_json()
    return state


def test_a_photo_is_answered_and_stands_in_the_thread(visitor: Visitor) -> None:
    state = sends(visitor, JPEG, "image/jpeg")
    mine, answer = state["texts"]
    assert answer["body"].startswith("Thank you")
    shown = visitor.client.get(f"/simulator/photos/{mine['photo']}")
    assert shown.data == JPEG
    assert shown.content_type == "image/jpeg"


def test_the_carrier_gives_it_to_its_account_until_it_is_deleted(
    visitor: Visitor, demo: Demo
) -> None:
    mine = sends(visitor, JPEG, "image/jpeg")["texts"][0]
    client, user = demo.app.test_client(), (ACCOUNT, demo.services.settings.twilio_auth_token or "")
    assert client.get(f"{FOLDER}/{mine['photo']}").status_code == 401
    assert client.get(f"{FOLDER}/{mine['photo']}", auth=user).data == JPEG
    assert client.delete(f"{FOLDER}/{mine['photo']}.json", auth=user).status_code == 204
    assert client.get(f"{FOLDER}/{mine['photo']}", auth=user).status_code == 404
    assert visitor.client.get(f"/simulator/photos/{mine['photo']}").status_code == 200


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "video/mp4", "nonsense"])
def test_nothing_is_shown_that_a_browser_might_run(visitor: Visitor, kind: str) -> None:
    mine = sends(visitor, b"<script>alert(1)</script>", kind)["texts"][0]
    assert visitor.client.get(f"/simulator/photos/{mine['photo']}").status_code == 404


def test_a_photo_is_as_large_as_the_carrier_allows_and_no_larger(visitor: Visitor) -> None:
    assert "texts" in sends(visitor, JPEG + bytes(4_900_000), "image/jpeg")
    assert "too large" in sends(visitor, JPEG + bytes(5_000_000), "image/jpeg")["error"]


def test_an_empty_file_is_no_photo(visitor: Visitor) -> None:
    assert sends(visitor, b"", "image/jpeg") == {"error": "Choose a file first."}

"""The same webhook twice, and two at once: one conversation, one report, one answer."""

import pytest

from ivr.simulator.carrier import Reply
from tests.ivr.turning import SICK_TODAY, after, at_once, conversations, restarted, turns
from tests.support.line import (
    ADDRESS,
    KEIKOS_MOTHER,
    SCHOOL,
    STRANGER,
    WholeLine,
)

# --- the same webhook twice ------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps", [(), ("3",), (SICK_TODAY,), (SICK_TODAY, "1"), ("", "")], ids=lambda s: str(len(s))
)
def test_a_repeated_webhook_gets_the_same_bytes_and_changes_nothing(
    line: WholeLine, steps: tuple[str, ...]
) -> None:
    call = after(line, *steps)
    path, form = call.requests[-1]
    kept = [(row.number, row.heard, row.reply) for row in turns(line)]
    reports, queued = line.reports(), len(line.queued())
    line.clock.go_on(seconds=7)
    repeated = call.repeats_last_request()
    assert repeated.status == 200
    assert repeated.body == kept[-1][2]
    assert [(row.number, row.heard, row.reply) for row in turns(line)] == kept
    assert (line.reports(), len(line.queued())) == (reports, queued)
    assert restarted(line).send(path, form).body == repeated.body, "another process says the same"


def test_a_repeated_end_of_a_call_files_once(line: WholeLine) -> None:
    call = after(line, SICK_TODAY, "1", "")
    assert call.over
    path, form = call.requests[-2]
    assert path.startswith(f"{ADDRESS}/voice/turn")
    line.carrier.document(line.carrier.send(path, form))
    assert line.report()["status"] == "pending"


def test_a_text_that_comes_twice_is_answered_alike_and_counts_once(line: WholeLine) -> None:
    sid = "SM" + "7" * 32
    first = line.text(SICK_TODAY, MessageSid=sid)
    line.clock.go_on(minutes=3)
    assert line.text(SICK_TODAY, MessageSid=sid) == first
    assert len(turns(line)) == 1
    assert line.report()["status"] == "pending"


# --- two at once -----------------------------------------------------------------------------


def test_a_call_that_begins_twice_at_once_is_one_conversation(line: WholeLine) -> None:
    form = {"CallSid": "CA" + "2" * 32, "From": KEIKOS_MOTHER, "To": SCHOOL}

    def begin() -> Reply:
        return line.carrier.send("/voice", form)

    replies = at_once(begin, begin, begin, begin)
    assert {(reply.status, reply.body) for reply in replies} == {(200, replies[0].body)}
    assert len(conversations(line)) == 1
    assert len(turns(line)) == 1


def test_a_confirmation_that_comes_four_times_at_once_files_one_report(line: WholeLine) -> None:
    call = after(line, SICK_TODAY)
    path = (call.waiting.get("action") if call.waiting is not None else None) or ""
    form = call.requests[-1][1] | {"Digits": "1"}
    form.pop("SpeechResult")

    def confirm() -> Reply:
        return line.carrier.send(path, form)

    replies = at_once(confirm, confirm, confirm, confirm)
    assert {(reply.status, reply.body) for reply in replies} == {(200, replies[0].body)}
    assert line.report()["status"] == "pending"
    assert len(line.queued()) == 2


def test_a_confirmation_and_the_hang_up_at_once_leave_one_full_report(line: WholeLine) -> None:
    call = after(line, SICK_TODAY)
    path = (call.waiting.get("action") if call.waiting is not None else None) or ""
    form = call.requests[-1][1] | {"Digits": "1"}
    over = {"CallSid": call.sid, "CallStatus": "completed"}
    replies = at_once(
        lambda: line.carrier.send(path, form), lambda: line.carrier.send("/voice/status", over)
    )
    assert [reply.status for reply in replies] == [200, 204]
    assert line.report()["status"] == "pending"
    assert len(line.queued()) == 2


def test_the_same_text_twice_at_once_counts_once(line: WholeLine) -> None:
    def send() -> list[str]:
        return line.text(SICK_TODAY, MessageSid="SM" + "8" * 32)

    replies = at_once(send, send, send)
    assert replies == [replies[0]] * 3
    assert len(turns(line)) == 1
    assert line.report()["status"] == "pending"


def test_two_texts_of_one_family_at_once_are_turns_of_one_exchange(line: WholeLine) -> None:
    at_once(
        lambda: line.text("My daughter will be out", STRANGER),
        lambda: line.text("she has a fever", STRANGER),
    )
    (conversation,) = conversations(line)
    assert [(row.conversation_id, row.number) for row in turns(line)] == [
        (conversation.id, 0),
        (conversation.id, 1),
    ]
    assert all(row.reply for row in turns(line))


def test_a_message_and_the_word_that_it_is_recorded_at_once_are_one_voicemail(
    line: WholeLine,
) -> None:
    call = after(line, "", "", "")
    record = call.waiting
    assert record is not None
    form = call.requests[-1][1] | {"RecordingSid": "RE" + "1" * 32, "RecordingDuration": "12"}
    replies = at_once(
        lambda: line.carrier.send(record.get("action", ""), form),
        lambda: line.carrier.send(record.get("recordingStatusCallback", ""), form),
        lambda: line.carrier.send(record.get("recordingStatusCallback", ""), form),
    )
    assert [reply.status for reply in replies] == [200, 204, 204]
    assert "Sorry" not in replies[0].body
    assert line.report()["recording"]["seconds"] == 12


def test_two_calls_of_one_parent_at_once_are_two_conversations(line: WholeLine) -> None:
    first, second = line.call(), line.call()
    first.says(SICK_TODAY)
    second.presses("3")
    first.presses("1")
    second.hangs_up()
    assert sorted(r["status"] for r in line.reports()) == ["incomplete", "pending"]

"""Whole calls and text exchanges as transcripts that staff could read.

Each `.txt` file here is one conversation, played against the whole line through signed requests.
A line of it is one of these; `…` stands for any words:

    from: +18475550128            the calling number, or "withheld"
    field: StirVerstat = …        a further field of the carrier's requests
    clock: 2026-11-24 06:45       the school's local time (a Tuesday, if nothing is said)
    line: …                       all that the line says until it waits
    says: …        presses: 3     silence        waits: 4 minutes
    leaves a message: 12          office answers        office misses
    hangs up                      over (the line has hung up)
    texts: …       answer: …      a text, and the line's answer to it; "answer:" alone for none
    photo: image/jpeg …           a text with an attachment, and its words, if any
    report: key = value; …        the next report; keys are those of the API
    reports: 0                    how many there are in all
    sent to +1…: …                the next message in the outbox
    sent: 0                       how many there are in all
    expects: Keiko Tanaka         a hint the recogniser is given at the open question
"""

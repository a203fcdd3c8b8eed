"""People who mean harm, and a carrier out of step: what they try, and where it is tried.

What needs the whole line or its real processes is here; the rest stands beside what it guards.

| what is tried | where |
| --- | --- |
| webhooks unsigned, wrongly signed, altered | `tests/ivr/test_signature.py`, `test_forged_requests.py` |
| the same request again, at once or years later | `tests/ivr/test_nothing_doubled.py`, `tests/ivr/test_forgetting.py` |
| ids of other accounts, addresses of media, paths in ids | `test_forged_requests.py`, `tests/ivr/test_media.py`, `tests/ivr/test_requests.py` |
| headers of proxies, fields and headers that come twice | `test_forged_requests.py`, `test_slow_senders.py` |
| oversized, slow and unreadable requests, crowds | `test_slow_senders.py` |
| floods from one number, and from many | `tests/ivr/test_texts.py`, `tests/school/test_fuse.py` |
| requests when nobody expects them, in any order | `test_out_of_turn.py`, `tests/fuzz/test_webhooks.py` |
| names, numbers and birthdays guessed by a stranger | `test_enumeration.py` |
| passwords and codes guessed, forms of other sites | `tests/console/test_sign_in.py`, `tests/console/test_accounts.py` |
| cookies and tokens stolen, roles taken away | `tests/console/test_accounts.py`, `tests/console/test_api.py` |
| pages opened without the right, or by nobody | `tests/console/test_access.py`, `tests/test_architecture.py` |
| files that are not what they say | `test_not_what_it_says.py`, which names the others |
| formulas in a table, markup on a page | `tests/console/test_out.py`, `tests/console/test_pages.py` |
| lines forged in the log, and what the log tells | `test_log_of_a_morning.py`, `tests/test_privacy.py` |
"""  # noqa: E501  (a table)

"""The telephone edge: calls and texts, in and out.

Speaks with the carrier and keeps the line's short memory, the conversations. Never imports
`recordings`; it names that room's endpoint for `url_for`.
"""

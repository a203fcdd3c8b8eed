"""Where calls and texts arrive, are answered and leave: the edge towards the carrier.

Speaks with the carrier and keeps the line's short memory, the conversations. Never imports
`recordings`; it names that room's endpoint for `url_for`.
"""

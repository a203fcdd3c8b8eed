"""Voicemail: what becomes of a message that a family leaves.

No sound lies in this folder: it is sealed and kept in the vault (`recordings.vault`).
"""

"""Voicemail: what becomes of a message that a family leaves.

Holds code, never sound: audio lies encrypted under the data folder.
"""

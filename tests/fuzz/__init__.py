"""Webhooks in any order, with anything in them, beside a model of what must hold."""

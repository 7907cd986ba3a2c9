"""Presence (出入り): cards that are scanned or typed, messages for people, who was not seen."""

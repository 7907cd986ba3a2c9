"""Surveys of damage in the field (調査): visits planned, papers for the clipboard, sheets typed."""

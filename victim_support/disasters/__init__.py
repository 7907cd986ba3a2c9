"""Disasters (災害): what happened, since when, and which one the desk works on."""

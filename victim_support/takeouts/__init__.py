"""Registers handed out to machines (住民データの持ち出し): what, to whom, until when, and wiped."""

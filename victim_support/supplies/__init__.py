"""Goods and meals (物資・食事): stock as movements, requests, transport, and who was given what."""

"""Damage of dwellings (住家の被害): applications, rounds of judgement, approval."""

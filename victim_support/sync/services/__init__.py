"""Writes of the exchange: whom to believe, and taking in what others send."""

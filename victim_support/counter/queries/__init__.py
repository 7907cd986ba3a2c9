"""Reads of the counter: the queue, filed applications, regrades, one case on one screen."""

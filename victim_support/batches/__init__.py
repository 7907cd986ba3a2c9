"""Papers for many at once (一括発行): issued by list, mailed, handed over, and who has them."""

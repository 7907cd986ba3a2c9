"""Papers for owners of houses who do not live in them (家屋の所有者)."""

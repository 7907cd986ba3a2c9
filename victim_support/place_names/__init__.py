"""Other names of places (屋号・旧町村名・旧字名), by which people are looked for."""

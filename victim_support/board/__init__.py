"""The managers' board (本部の盤): all shelters on a map, in a table and over time."""

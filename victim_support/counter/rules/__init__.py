"""Rules of the counter: numbered slips, rows of filed applications, regrades, the small map."""

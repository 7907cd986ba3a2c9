"""Paper (紙): numbered household cards, typed in afterwards; printed rosters; others' rosters."""

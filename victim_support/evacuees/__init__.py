"""Reception (受付): who came together, who stays where, who left, and the roster."""

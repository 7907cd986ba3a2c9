"""Reports (状況報告・報告): what is told to the headquarters, the prefecture and the press."""

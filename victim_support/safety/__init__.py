"""Safety (安否): what is said about people who have not come themselves."""

"""Shelters (避難所・避難場所): master data, opening and closing, head counts."""

"""Words and rules about needs, the support register (避難行動要支援者名簿) and block lists."""

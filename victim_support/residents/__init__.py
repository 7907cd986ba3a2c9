"""The resident register (住民基本台帳の抽出): imported, searched, never changed here."""

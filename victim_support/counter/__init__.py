"""The counter (窓口): queue by number, applications that came as files, one screen, regrades."""

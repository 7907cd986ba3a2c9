"""Forms of needs, of the support register and of block lists."""

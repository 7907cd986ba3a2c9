"""Pure rules of the register import."""

"""Measure the program on this machine; every function makes and removes its own instance."""

"""The tests, one folder per slice; journeys, browser and quality beside them."""

"""The invented town: people, shelters and a disaster to try the program on."""

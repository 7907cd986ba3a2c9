"""What two people decided differently without knowing of each other (食い違い), and deciding it."""

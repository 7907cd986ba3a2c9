"""Who was struck: households, persons, their needs and answers, and what others say of them."""

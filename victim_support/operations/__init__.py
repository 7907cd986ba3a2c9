"""Running a shelter (避難所運営): space, helpers, animals, the diary, papers of the desk."""

"""Single students as every list of them shows them: what each is in a measure, the values behind it, the days left."""

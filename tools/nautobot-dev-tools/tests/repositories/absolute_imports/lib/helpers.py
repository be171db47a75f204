slug = lambda text: text.lower()

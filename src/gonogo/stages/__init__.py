"""One adapter per tool; each can say what it will check, and check it on every side."""

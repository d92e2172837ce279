"""What travels over HTTP: bodies are read strictly, answers are written whole, money is text in yuan."""

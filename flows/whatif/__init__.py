"""What other answers would do: regions of answers, the smallest change that gives a conclusion, and how reports differ."""

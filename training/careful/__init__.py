"""Trains the careful reader: fine-tunes MiniLM on the corpus with its evidence, quantises and calibrates it."""

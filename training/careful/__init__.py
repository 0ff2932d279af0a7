"""Trains the careful reader: fine-tunes MiniLM on the corpus with its evidence, and quantises, calibrates and packs it."""

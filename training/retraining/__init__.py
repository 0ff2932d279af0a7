"""A new model from the corpus and what users corrected, and the gate that lets it into service or not."""

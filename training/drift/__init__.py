"""What the text was like that a model was measured on, and how far other text has moved from it."""

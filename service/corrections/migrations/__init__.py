"""Alembic's migrations of the database; ``service/corrections/database.py`` runs them."""

"""What people correct: kept in a database, asked for over HTTP, and exchanged as a corpus or with Label Studio.

``records.py`` defines what is kept, ``store.py`` keeps it. Everything but ``errors.py`` and ``records.py`` needs the
packages of the extra ``corrections``.
"""

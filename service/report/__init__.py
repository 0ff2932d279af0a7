"""Reports on scored archives: what was reported when, by whom, who was quoted and who threatened whom.

``archive`` brings files of all formats into one table of DuckDB, ``findings`` asks it, ``plots`` draws, ``sections``
puts text, plot and table together, and ``render`` writes the report as HTML, Markdown or CSV.
"""

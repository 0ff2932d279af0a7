"""Files of other kinds to articles: web pages, plain text, Word, PDF, e-mail, feeds, web archives.

``registry`` says which extension is which kind, and each kind is a module of its own with a function ``read``. Files
come from anywhere, so most kinds are read in a child process with limits on time and memory (``guard``).
"""

from service.inputs.article import Article, InputError
from service.inputs.guard import extract
from service.inputs.registry import KINDS, Kind, kind_of

__all__ = ["KINDS", "Article", "InputError", "Kind", "extract", "kind_of"]

"""Text that breaks tokenisers, for hypothesis: every kind of white space, marks, odd cases, long words, news itself."""

from hypothesis import strategies as st

WHITE_SPACE = [c for c in map(chr, range(0x110000)) if c.isspace()]
ODD = [
    "",
    "\0",
    "İ",
    "ß",
    "Σ",
    "ΑΣ",
    "ǅ",
    "e\u0301",
    "\u0301",
    "\u200b",
    "\u200d",
    "👩\u200d💻",
    "🏴",
    "ﬁ",
    "١٢",
    "x" * 300,
    "\ud800",
]
MARKS = list(".?!…,;:'\"“”‘’«»()[]{}-–—*&#@`%$€£/\\|_")
WORDS = [
    "the",
    "The",
    "said",
    "Mr",
    "U.S",
    "p.m",
    "e.g",
    "A",
    "3.5",
    "No",
    "Gen",
    "St",
    "K.C",
    "Inc",
    "vs",
    "I",
    "..",
    "--",
]

atoms = st.one_of(
    st.sampled_from(WHITE_SPACE), st.just(" "), st.sampled_from(ODD), st.sampled_from(MARKS), st.sampled_from(WORDS),
    st.text(max_size=4),
)  # fmt: skip
texts = st.lists(atoms, max_size=40).map("".join)

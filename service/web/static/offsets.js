// The service counts Unicode code points; JavaScript's strings count UTF-16 units. This turns one into the other.

/** Return the number of code points of a string. */
export function codePoints(text) {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if (text.codePointAt(i) > 0xffff) pairs++, i++;
  return text.length - pairs;
}

/** Return the UTF-16 index of each of some rising offsets in code points, in one pass over the text. */
export function toUnits(text, offsets) {
  let point = 0;
  let unit = 0;
  return offsets.map((offset) => {
    for (; point < offset; point++) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    return unit;
  });
}

/**
 * Cut an article into its paragraphs: lists of pieces, each {index} of a sentence with its {text}, or a gap's {text}.
 * The pieces of all paragraphs and the {end}s, the line ends after each paragraph, together are the article.
 * A line end within a sentence means hard-wrapped text: there, only an empty line ends a paragraph.
 */
export function paragraphs(text, sentences) {
  const units = toUnits(text, [...sentences.flatMap(({ start, end }) => [start, end])]);
  const cut = (i) => text.slice(units[2 * i], units[2 * i + 1]);
  const wrapped = sentences.some((_, i) => cut(i).includes("\n"));
  const ends = (gap) => (wrapped ? /\n[^\S\n]*\n/ : /\n/).test(gap);
  const found = [{ pieces: [], end: "" }];
  let before = 0;
  sentences.forEach((_, index) => {
    const gap = text.slice(before, units[2 * index]);
    if (ends(gap)) {
      found.at(-1).end = gap;
      found.push({ pieces: [], end: "" });
    } else if (gap) found.at(-1).pieces.push({ text: gap });
    found.at(-1).pieces.push({ index, text: cut(index) });
    before = units[2 * index + 1];
  });
  found.at(-1).end = text.slice(before);
  return found.filter((paragraph) => paragraph.pieces.length || paragraph.end);
}

// The service counts Unicode code points, JavaScript counts UTF-16 units: these functions convert between the two.

/** Count the code points of a string. */
export function countCodePoints(text) {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if (text.codePointAt(i) > 0xffff) pairs++, i++;
  return text.length - pairs;
}

/** Convert offsets in code points, in rising order, to UTF-16 indices, in one pass over the text. */
export function convertToUnits(text, offsets) {
  let point = 0;
  let unit = 0;
  return offsets.map((offset) => {
    for (; point < offset; point++) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    return unit;
  });
}

/** Split a text into what is before, within and after two offsets in code points. */
export function splitAt(text, start, end) {
  const [from, to] = convertToUnits(text, [start, end]);
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

/**
 * Split an article into paragraphs: {pieces, end}.
 * A piece is a sentence, {index, text}, or the text between two sentences, {text}; `end` is the white space after the
 * paragraph. Put together in order, all pieces and ends give the article.
 * A line end within a sentence means that lines are wrapped; then only an empty line ends a paragraph.
 */
export function splitParagraphs(text, sentences) {
  const units = convertToUnits(text, [...sentences.flatMap(({ start, end }) => [start, end])]);
  const sliceSentence = (i) => text.slice(units[2 * i], units[2 * i + 1]);
  const wrapped = sentences.some((_, i) => sliceSentence(i).includes("\n"));
  const endsParagraph = (gap) => (wrapped ? /\n[^\S\n]*\n/ : /\n/).test(gap);
  const found = [{ pieces: [], end: "" }];
  let before = 0;
  sentences.forEach((_, index) => {
    const gap = text.slice(before, units[2 * index]);
    if (endsParagraph(gap)) {
      found.at(-1).end = gap;
      found.push({ pieces: [], end: "" });
    } else if (gap) found.at(-1).pieces.push({ text: gap });
    found.at(-1).pieces.push({ index, text: sliceSentence(index) });
    before = units[2 * index + 1];
  });
  found.at(-1).end = text.slice(before);
  return found.filter((paragraph) => paragraph.pieces.length || paragraph.end);
}

"""Where the parts of a sentence stand in the input: offsets into what was read become offsets into what was given."""

from dataclasses import replace

from model.invisible import original_offsets
from model.records import Contribution, Explanation, Part, Speaker, Threat
from model.threats import FoundThreat


class Placement:
    """Turns offsets into a sentence as it was read, without invisible characters, into offsets of the input."""

    def __init__(self, text: str, start: int, *, visible: bool) -> None:
        """Take the sentence as it stands, its offset in the input, and whether all of its characters are visible."""
        self._text = text
        self._start = start
        self._offsets = None if visible else original_offsets(text)

    def part(self, start: int, end: int) -> Part:
        """Return the words from ``start`` to ``end`` of the sentence as read, where they stand in the input."""
        first, last = self._local(start), self._local(end - 1) + 1
        return Part(self._text[first:last], self._start + first, self._start + last)

    def speaker(self, speaker: Speaker) -> Speaker:
        """Return the speaker with the offsets of the mention in the input."""
        if speaker.start is None or speaker.end is None:
            return speaker
        if self._offsets is None:
            if not self._start:
                return speaker
            name, mention, role, descriptor, cue, kind = (  # by position: ``replace`` takes ten times as long
                speaker.name,
                speaker.mention,
                speaker.role,
                speaker.descriptor,
                speaker.cue,
                speaker.kind,
            )
            start, end = speaker.start + self._start, speaker.end + self._start
            return Speaker(
                name, mention, role, descriptor, cue, kind, speaker.via, speaker.id, start, end, speaker.confidence
            )
        where = self.part(speaker.start, speaker.end)
        return replace(speaker, mention=where.text, start=where.start, end=where.end)

    def threat(self, found: FoundThreat) -> Threat:
        """Return the parts of a threat where they stand in the input."""
        return Threat(*(self.part(*span) if span else None for span in found))

    def explanation(self, explanation: Explanation) -> Explanation:
        """Return the explanation with the words as they stand in the sentence, and their offsets there."""
        if self._offsets is None:
            return explanation
        return replace(
            explanation,
            contributions=tuple(map(self._share, explanation.contributions)),
            approximate=tuple(map(self._share, explanation.approximate)),
        )

    def _share(self, share: Contribution) -> Contribution:
        if share.start is None:
            return share
        first, last = self._local(share.start), self._local(share.start + len(share.text) - 1) + 1
        return replace(share, text=self._text[first:last], start=first)

    def _local(self, offset: int) -> int:
        return offset if self._offsets is None else self._offsets[offset]

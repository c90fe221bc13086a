"""What a reader is told of words that left a release after it was made.

One number for the whole release: nothing tells where they stood or what they said.
"""

from __future__ import annotations

from collections.abc import Iterator

from corus.domain.reading import Reading


def words_gone(reading: Reading) -> Iterator[str]:
    """Sentences on texts withdrawn or taken out since; none when all that was quoted still is."""
    say, profile = reading.words, reading.profile
    if profile.withdrawn:
        yield say.many(
            "Since this release, {n} text was withdrawn by its author.",
            "Since this release, {n} texts were withdrawn by their authors.",
            profile.withdrawn,
        )
    if profile.taken_back:
        yield say.many(
            "Since this release, {n} text was taken out by those who redact.",
            "Since this release, {n} texts were taken out by those who redact.",
            profile.taken_back,
        )
    if profile.withdrawn or profile.taken_back:
        yield say(
            "What they said is quoted no more, and other words may be left out too, so that "
            "nobody can tell what it was. Counts stay as they were released."
        )

"""A thing in a sentence: `the share of days missed`, `days absent`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """`own`: it belongs to what is spoken of, so that it can follow `whose`. `owned`: its owner is named before it."""

    bare: str
    plural: bool = False
    article: bool = True
    own: bool = False
    owned: bool = False

    @property
    def full(self) -> str:
        """With the article it needs."""
        bare = self.bare
        needed = self.article and (self.owned or not self.plural) and not bare.startswith(("the ", "a ", "an ", "“"))
        return f"the {bare}" if needed else bare

    @property
    def verb(self) -> str:
        return "are" if self.plural else "is"

    @property
    def simple(self) -> bool:
        return "," not in self.bare and ";" not in self.bare


def closed(text: str) -> str:
    """A text that goes on: one with a comma inside is closed by another."""
    return text if "," not in text or text.endswith((")", "”", ",")) else f"{text},"

"""Marks in OneRoster: results of line items whose category is a kind of mark. The standard does not fix those: guesses."""

from collections.abc import Mapping

from rttd_metrics.data.standards.codes import are_numbers, loosely
from rttd_metrics.data.standards.drafts import CodeDraft, FieldDraft, Guess, KeyDraft, ProjectDraft
from rttd_metrics.data.standards.files import FoundFile
from rttd_metrics.data.standards.knowledge import knowledge

_MOST_MARKS = 30
_LONGEST_MARK = 4
_HIGHEST_POINTS = 5.0


def mark_codes(named: Mapping[str, FoundFile]) -> dict[str, str]:
    """The titles of categories that are kinds of marks, with their label; none where line items have no category."""
    categories, items, results = (named.get(name) for name in ("categories", "lineItems", "results"))
    if categories is None or items is None or results is None or "title" not in categories.labels:
        return {}
    kinds = knowledge("plain")["codes"]["mark_type"]
    known = {loosely(code): label for label, codes in kinds.items() for code in (label, *codes)}
    return {title: known[loosely(title)] for title in sorted(categories.counts("title")) if loosely(title) in known}


def with_marks(draft: ProjectDraft, named: Mapping[str, FoundFile], codes: Mapping[str, str]) -> None:
    """Complete the tables of marks; all of them are one guess, that the categories are what their titles say."""
    categories, grades, items = (draft.table(name) for name in ("mark_categories", "grades", "line_items"))
    if categories is None or grades is None or items is None:
        return
    guess = Guess(f"categories of line items are called {', '.join(codes)}, so their results are marks")
    drafts = [CodeDraft(title, label) for title, label in codes.items()]
    categories.fields.append(FieldDraft("mark_type", {"source": "title"}, drafts))
    listed = ", ".join(f"'{title}'" for title in codes)
    kept = next((key for key in categories.keys if key.name == "where"), None)
    condition = f"title in ({listed})"
    if kept is None:
        categories.keys.append(KeyDraft("where", condition))
    else:
        kept.value = f"{condition} and {kept.value}"
    key = {"fields": "category_id", "optional": True, "reference": {"resource": "mark_categories", "fields": "category_id"}}
    items.foreign_keys.append(key)
    grades.fields += _marks(named["results"], named["lineItems"])
    grades.guess = guess


def _marks(results: FoundFile, items: FoundFile) -> list[FieldDraft]:
    """The column of the marks, short texts of which there are few, and the points, where the highest is that of a GPA."""
    fields = []
    columns = [label for label in ("textScore", "comment", "score") if label in results.labels and results.counts(label)]
    for label in columns:
        texts = results.counts(label)
        if label == "score" or (len(texts) <= _MOST_MARKS and max(map(len, texts)) <= _LONGEST_MARK):
            fields.append(FieldDraft("mark", {"source": label}))
            break
    highest = items.counts("resultValueMax") if "resultValueMax" in items.labels else {}
    if highest and are_numbers(highest) and max(map(float, highest)) <= _HIGHEST_POINTS and "score" in columns:
        fields.append(FieldDraft("points", {"source": "score"}))
    return fields

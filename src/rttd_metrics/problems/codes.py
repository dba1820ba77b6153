"""What the codes of problems in definitions and examples mean, whatever the single problem says."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """`title`: what is wrong, in a few words; `help`: why it is told, and what to do."""

    title: str
    help: str


_PLAIN_YAML = "Definitions use plain YAML only: mappings, lists, texts, numbers, true and false. Write the value out."

CODES: dict[str, Meaning] = {
    # The file
    "encoding-error": Meaning("The file is not UTF-8", "Save it with the encoding UTF-8."),
    "missing-file": Meaning(
        "There is no such file, folder or package", "Correct the name, or put the file there; paths start at rttd.yml."
    ),
    "not-a-file": Meaning("A folder or a device stands where a file should be", "Name a file."),
    "too-large": Meaning("The file is too large to be a definition", "Write one measure a file."),
    "unreadable-file": Meaning("The file cannot be read", "Look at its permissions."),
    # YAML
    "control-character": Meaning(
        "The file holds a character that cannot be seen", "Delete it: it came in with a copied text, or from another program."
    ),
    "duplicate-key": Meaning("A mapping has a key twice", "One of the two would be passed over without a word: delete it."),
    "merge-key": Meaning("YAML's merge keys are not allowed", _PLAIN_YAML),
    "not-a-mapping": Meaning("The file does not hold a mapping", "A definition is lines of `key: value`."),
    "several-documents": Meaning("The file holds several YAML documents", "Write each into a file of its own."),
    "too-deep": Meaning("Lists and mappings are nested too deep", "No definition needs so many levels: look for a lost bracket."),
    "yaml-alias": Meaning("YAML's aliases are not allowed", _PLAIN_YAML),
    "yaml-anchor": Meaning("YAML's anchors are not allowed", _PLAIN_YAML),
    "yaml-key": Meaning("A key is missing, or is no text", "A key is a word before a ':'."),
    "yaml-syntax": Meaning("This is no YAML", "Look at quotes, brackets and indentation, here and in the line above."),
    "yaml-tag": Meaning("YAML's tags are not allowed", _PLAIN_YAML),
    # Keys and values
    "missing-key": Meaning("A needed key is missing", "Write it; the reference says what it takes."),
    "unknown-key": Meaning(
        "There is no such key", "A mistyped key would do nothing without a word, so none is passed over: correct or delete it."
    ),
    "wrong-type": Meaning("The value is of another kind than the key takes", "Write a value of the kind that the message names."),
    "wrong-value": Meaning("The value is none of those that the key takes", "Write one that the message names."),
    # Names and formulas
    "duplicate-measure": Meaning("Two files define one measure", "Give one of the two another id, or delete it."),
    "duplicate-name": Meaning("Two things have one name", "Rename one of the two, or delete it."),
    "fact-cycle": Meaning("A fact uses itself", "Define one of the facts in the circle from tables alone."),
    "formula": Meaning(
        "The formula is wrong",
        "It was checked against tables, facts and parameters before any data is read: the message says what does not fit.",
    ),
    "rule-setting": Meaning(
        "The rule cannot be set so",
        "Rules about rows are passed over to a limit (`tolerate`), those of a portfolio are an error, a warning or off.",
    ),
    "type": Meaning("A value or fact is of another type than is needed here", "Use one of the type that the message names."),
    "unknown-name": Meaning("There is no table, field, fact, parameter or rule of this name", "Correct the name, or declare it."),
    # Tables
    "circle": Meaning(
        "A default is made of itself, or a table's rows are chosen by themselves",
        "Over the keys of tables one waits for the other: make one of them of columns that a file has.",
    ),
    "constraint": Meaning(
        "The constraint does not fit its field", "It stands where no cell could break it, or none could keep it: correct it."
    ),
    "format": Meaning("The format is no format of a date", "Only dates have one, such as %m/%d/%Y."),
    "path": Meaning("The path leads outside the project", "Copy the files into the project."),
    "precedence": Meaning(
        "Which row of a key counts cannot be told so",
        "It needs rows that are distinct, a key of which they are, and an order of the labels of a field, each once.",
    ),
    "unknown-label": Meaning(
        "The label is not one of the standard table",
        "Shipped facts do not know it, so its rows count for nothing in them: use a standard label, or define those facts.",
    ),
    # Measures
    "as-of": Meaning("The as-of date lies before the school year", "On that day nothing of the year has happened: correct one."),
    "attendance-form": Meaning(
        "The form of attendance does not allow it",
        "Yearly sums have no days, and days made of class periods have no file: say another `attendance:`, or ask otherwise.",
    ),
    "at-school": Meaning("A school's own rows cannot be told", "The rows carry no school, section or date: use the whole year."),
    "confidential": Meaning("The people behind a value cannot be counted", "Say with `count` which fact counts them."),
    "gap": Meaning(
        "The gap cannot be told", "Compare subgroups of students by a value that they all have, and with somebody else."
    ),
    "level": Meaning("The key makes no sense at the measure's level", "Delete it, or change the level."),
    "population-of-nothing": Meaning(
        "The population takes in units of which nothing is known",
        "Nobody may count for lack of data: test a column that says the unit belongs.",
    ),
    "rebaseline": Meaning(
        "The new baseline does not fit",
        "It replaces an earlier one, in a year that has no target of its own; each group with a shape needs its own.",
    ),
    "missing-baseline": Meaning(
        "A shape has no baseline to start from", "Write the value of the year before the first target as its baseline."
    ),
    "target-shape": Meaning(
        "The shape leads nowhere from its baseline", "Say where it starts, and an end that is better, later and possible."
    ),
    "window": Meaning(
        "The windows make no sense", "Name each once, the year to date among them, for facts that are made of dated rows."
    ),
    "weight": Meaning(
        "The value cannot be weighed", "Weights divide by their sum: use a percent, an average or a rate, or delete `weight`."
    ),
    # Examples
    "example": Meaning("The example gives something that does not exist", "Give facts, columns and rows that there are."),
    "example-failed": Meaning(
        "The example does not come out as it says", "Correct the definition, or the example if it is the one that is wrong."
    ),
    "uncovered-clause": Meaning(
        "No example makes the clause true, or none makes it false",
        "A mistake in it would show nowhere: add an example on each side of it.",
    ),
}

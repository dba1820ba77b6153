"""A student whose own row cannot be read is missing where he belongs: in the district, at his school, in his class."""

from pathlib import Path

from projects import cell, compute, measure, write_project


def test_a_student_whose_row_is_set_aside_is_missing_at_his_school_too(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path, measure(population="all", formula="percent(grade_level >= 1)"),
        students="""
            student_id,grade_level
            1,4
            2,thirteen
        """,
        schools="school_id,name\nA,Adams",
        enrollments="student_id,school_id,entry_date\n1,A,2012-09-04\n2,A,2012-09-04",
        sections="section_id,school_id,name\nS,A,Room 1",
        rosters="student_id,section_id,from_date\n1,S,2012-09-04\n2,S,2012-09-04",
    )  # fmt: skip
    run = compute(folder, keep_going=True)
    for level, unit in (("district", "D"), ("school", "A"), ("classroom", "S")):
        found = cell(run, level, unit)
        # two students, of whom one could be read: 1 + 1 = 2
        assert (found["population"], found["missing"], found["n"]) == (2, 1, 1)

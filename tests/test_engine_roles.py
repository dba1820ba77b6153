"""What a unit is in a measure: outside, missing, excluded or counted, and which rows of which years say so."""

from datetime import date
from pathlib import Path

from projects import cell, compute, counts, measure, reason, role, value, weekdays, write_project

SCHOOLS = "school_id,name\nA,First School\nB,Second School"


def test_outside_missing_and_excluded_are_told_apart(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path,
        measure(population="participating and grade_level between 4 and 8", formula="percent(math_proficient)", exclude=[
            {"when": "disability", "because": "First reason"}, {"when": "disability or homeless", "because": "Second reason"}]),
        schools=SCHOOLS,
        students="""
            student_id,school_id,grade_level,participating,disability,homeless
            in,A,4,true,,
            not,A,8,,false,
            untested,A,5,true,,
            grade9,A,9,true,true,
            unknown,A,,true,true,
            refused,A,,false,,
            both,A,6,true,true,true
            second,A,6,true,false,true
            ungraded,A,UG,true,,
        """,
        assessments="""
            student_id,assessment,subject,test_status,proficient
            in,state,mathematics,tested,true
            not,state,mathematics,tested,false
            untested,state,mathematics,absent,
            both,state,mathematics,tested,true
            grade9,state,mathematics,tested,true
        """)  # fmt: skip
    run = compute(folder)
    assert role(run, "in") == "numerator"
    assert role(run, "not") == "n"
    assert (role(run, "untested"), reason(run, "untested")) == ("missing", "value unknown")
    assert role(run, "grade9") == "outside"  # although excluded too: the population comes first
    assert (role(run, "unknown"), reason(run, "unknown")) == ("missing", "population unknown")  # and not excluded
    assert role(run, "refused") == "outside"  # unknown and false is false
    assert (role(run, "both"), reason(run, "both")) == ("excluded", "First reason")  # although proficient
    assert (role(run, "second"), reason(run, "second")) == ("excluded", "Second reason")  # unknown or true is true
    assert role(run, "ungraded") == "outside"
    assert counts(run) == (6, 2, 2, 2, 1.0)  # in, not, untested, unknown, both, second
    assert cell(run)["value"] == 50.0


def test_an_exclusion_that_is_unknown_does_not_exclude(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path, measure(formula="percent(grade_level = 9)", exclude=[{"when": "not homeless", "because": "Housed"}]),
        schools=SCHOOLS, students="student_id,school_id,grade_level,homeless\n1,A,9,\n2,A,9,false\n3,A,9,true")  # fmt: skip
    assert [role(compute(folder), student) for student in "123"] == ["numerator", "excluded", "numerator"]


def test_look_back_counts_those_who_left_in_earlier_years(tmp_path: Path) -> None:
    """A cohort: each by the latest row, of this year or of up to three years before."""
    folder = write_project(
        tmp_path,
        measure(population="cohort = school_year", look_back=3, formula="percent((diploma_type = 'regular') is true)",
                exclude=[{"when": "exit_type = 'transferred_out'", "because": "Verified transfer"}]),
        measure(id="now", population="cohort = school_year", formula="percent((diploma_type = 'regular') is true)"),
        schools=SCHOOLS,
        students="""
            student_id,school_year,cohort,diploma_type,exit_type
            graduate,2012-13,2013,regular,
            graduate,2011-12,2013,,
            senior,2012-13,2013,,
            dropout,2010-11,2013,,dropout
            transfer,2011-12,2013,,transferred_out
            early,2011-12,2013,regular,
            long_gone,2008-09,2013,,dropout
            at_the_edge,2009-10,2013,,dropout
            now_later,2011-12,2013,,
            now_later,2012-13,2014,,
            next,2013-14,2013,regular,
        """,
        enrollments="""
            student_id,school_id,entry_date,exit_date,exit_type
            graduate,A,2011-08-29,2012-06-08,
            graduate,A,2012-08-27,,
            senior,A,2012-08-27,,
            dropout,B,2010-08-30,2011-02-01,dropout
            transfer,A,2011-08-29,2011-12-01,transferred_out
            early,A,2011-08-29,2012-06-08,graduated
            at_the_edge,A,2009-08-31,2010-06-08,dropout
        """)  # fmt: skip
    run = compute(folder)
    assert role(run, "graduate") == "numerator"
    assert role(run, "senior") == "n"
    assert role(run, "dropout") == "n"
    assert role(run, "transfer") == "excluded"
    assert role(run, "early") == "numerator"
    assert role(run, "at_the_edge") == "n"  # 2009-10 is three years before 2012-13
    assert role(run, "long_gone") == "outside"
    assert role(run, "now_later") == "outside"  # by his latest row he is of the next cohort
    assert role(run, "next") == "outside"
    assert counts(run) == (6, 1, 0, 5, 2.0)
    assert counts(run, measure="now") == (2, 0, 0, 2, 1.0)  # this year's rows only: graduate, senior
    assert role(run, "dropout", "B") == "n"  # at the school he left
    assert counts(run, "school", "A") == (5, 1, 0, 4, 2.0)


def test_years_of_an_aggregate(tmp_path: Path) -> None:
    """current: the run's year; through: earlier ones too; all: whatever the files hold."""
    facts = {"student": {f"tests_{years}": f"count(assessments where assessments.subject = 'math' years {years})"
                         for years in ("current", "through", "all")} | {"tests": "count(assessments)"}}  # fmt: skip
    names = ("tests", "tests_current", "tests_through", "tests_all")
    folder = write_project(
        tmp_path, *(measure(id=name, formula=f"sum({name})") for name in names), facts=facts, schools=SCHOOLS,
        students="student_id,school_id\n1,A\n2,A",
        assessments="""
            student_id,school_year,assessment,subject,test_status
            1,2010-11,state,math,tested
            1,2011_2012,state,math,tested
            1,2013,state,math,tested
            1,2012-2013,state,reading,tested
            1,2013-14,state,math,tested
            2,2011-12,state,math,tested
        """)  # fmt: skip
    run = compute(folder)
    assert [value(run, "1", measure=name) for name in names] == [2.0, 1.0, 3.0, 4.0]
    assert [value(run, "2", measure=name) for name in names] == [0.0, 0.0, 1.0, 1.0]
    assert cell(run, measure="tests_all")["value"] == 5.0


def test_a_catalog_without_years_is_of_every_year(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path, measure(formula="sum(subjects)"), schools=SCHOOLS, students="student_id,school_id\n1,A",
        facts={"student": {"subjects": "count(distinct grades.sections.courses.subject years all)"}},
        courses="course_id,title,subject\nE,English 9,english\nM,Algebra,math",
        sections="section_id,school_id,school_year,course_id\ne,A,2011-12,E\nm,A,2012-13,M",
        grades="student_id,school_year,section_id,mark,mark_type\n1,2011-12,e,B,final\n1,2012-13,m,B,final")  # fmt: skip
    assert value(compute(folder), "1") == 2.0


def test_school_days_in_a_measure(tmp_path: Path) -> None:
    """Not in a fact, but in the population, an exclusion, the formula and a subgroup."""
    week = weekdays(date(2012, 8, 27), 5)
    held = "school_days(school_id, '2012-08-27', '2012-08-31')"
    folder = write_project(
        tmp_path,
        measure(population=f"{held} > 0", formula=f"avg({held})", exclude=[{"when": f"{held} > 4", "because": "A full week"}]),
        settings={"as_of": "2012-08-30", "subgroups": {"short": {"formula": f"{held} < 3"}}},
        schools=SCHOOLS + "\nC,Third School", students="student_id,school_id\n1,A\n2,B\n3,C\n4,",
        calendar=[("school_id", "date"), *(("A", day) for day in week), *(("B", week[place]) for place in (0, 1, 4))],
    )  # fmt: skip
    run = compute(folder)
    assert [role(run, student) for student in "1234"] == ["n", "n", "missing", "missing"]  # 3 has no calendar, 4 no school
    assert [value(run, student) for student in "12"] == [4.0, 2.0]  # August 31 comes after as-of
    assert counts(run, dimension="short", subgroup="Yes")[3] == 1
    later = compute(folder, as_of=date(2012, 8, 31))
    assert [role(later, student) for student in "12"] == ["excluded", "n"]

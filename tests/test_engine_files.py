"""What a run makes of its files: wide files, years, faults set aside or tolerated, and the name that stands for them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projects import DISTRICT, LAKESIDE, cell, compute, counts, measure, reason, role, value, write_csv, write_project
from rttd_metrics.engine.results import RESULT_SCHEMA, STUDENT_RESULT_SCHEMA, Run
from rttd_metrics.problems import Problem, ProblemError

SCHOOLS = "school_id,name\nA,First School\nB,Second School"
NINTH = measure(formula="percent(grade_level = 9)")


def _errors(folder: Path, **options: Any) -> list[Problem]:
    with pytest.raises(ProblemError) as raised:
        compute(folder, **options)
    return [problem for problem in raised.value.problems if problem.severity == "error"]


# -- One wide file ----------------------------------------------------------------------------------------

WIDE = """
    Year,SID,Grade,School,School Name,Date,Code
    2011-12,1,8,A,First School,2011-10-03,A
    2011-12,2,9,A,First School,2011-10-03,P
    2012-13,1,9,A,First School,2012-10-01,A
    2012-13,1,9,A,First School,2012-10-02,A
    2012-13,1,9,A,First School,2012-10-03,P
    2012-13,2,10,B,Second School,2012-10-01,P
    2012-13,3,9,B,Second School,2012-10-01,L
    2012-13,3,9,B,Second School,2012-10-03,A
"""
CODES = [{"value": "P", "label": "present"}, {"value": "A", "label": "absent"}, {"value": "L", "label": "tardy"}]


def _table(name: str, fields: dict[str, str], **keys: Any) -> dict[str, Any]:
    """A table of data/wide.csv: the file's header of each field."""
    codes = {"status": {"categories": CODES}}
    declared = [{"name": field, "source": source} | codes.get(field, {}) for field, source in fields.items()]
    return {"name": name, "path": "data/wide.csv", "schema": {"fields": declared}} | keys


STUDENTS = _table("students", {"school_year": "Year", "student_id": "SID", "grade_level": "Grade", "school_id": "School"},
                  rows="distinct")  # fmt: skip
WIDE_SCHOOLS = _table("schools", {"school_year": "Year", "school_id": "School", "name": "School Name"}, rows="distinct")
DAYS = _table("attendance", {"school_year": "Year", "student_id": "SID", "date": "Date", "status": "Code"})


def _wide(folder: Path, *tables: dict[str, Any], text: str = WIDE, **settings: Any) -> Path:
    measures = [NINTH, measure(id="absences", formula="sum(days_absent)"), measure(id="days", formula="sum(days_enrolled)")]
    folder = write_project(folder, *measures, settings={"tables": [*tables], **settings})
    write_csv(folder / "data" / "wide.csv", text)
    return folder


def test_one_wide_file_feeds_several_tables_and_holds_several_years(tmp_path: Path) -> None:
    folder = _wide(tmp_path, STUDENTS, WIDE_SCHOOLS, DAYS)
    run = compute(folder)
    assert counts(run) == (3, 0, 0, 3, 2.0)
    assert counts(run, "school", "A") == (1, 0, 0, 1, 1.0)
    assert counts(run, "school", "B") == (2, 0, 0, 2, 1.0)
    assert cell(run, "school", "B")["unit_name"] == "Second School"
    assert [value(run, student, measure="days") for student in "123"] == [3.0, 1.0, 2.0]
    assert [value(run, student, measure="absences") for student in "123"] == [2.0, 0.0, 1.0]
    assert run.as_of == date(2012, 10, 3)
    assert [shown for shown, _ in run.files] == ["data/wide.csv"]
    earlier = compute(folder, school_year="2011-12")
    assert counts(earlier) == (2, 0, 0, 2, 1.0)
    assert cell(earlier, measure="absences")["value"] == 1.0


def test_distinct_rows_that_contradict_each_other(tmp_path: Path) -> None:
    """The same student in grade 9 and in grade 10: an error, unless the last row is said to count."""
    text = WIDE + "    2012-13,1,10,A,First School,2012-10-04,P\n"
    [problem] = _errors(_wide(tmp_path, STUDENTS, WIDE_SCHOOLS, DAYS, text=text))
    assert (problem.code, problem.file) == ("primary-key", "data/wide.csv")
    run = compute(_wide(tmp_path, STUDENTS | {"conflicts": "last"}, WIDE_SCHOOLS, DAYS, text=text))
    assert role(run, "1") == "n"
    assert value(run, "1", measure="days") == 4.0


def test_a_table_can_be_a_part_of_a_file(tmp_path: Path) -> None:
    """`where:` sees the labels and the defaults, not the codes."""
    run = compute(_wide(tmp_path, STUDENTS, WIDE_SCHOOLS, DAYS | {"where": "status in ('absent', 'tardy') and absent >= 0"}))
    assert [value(run, student, measure="days") for student in "123"] == [2.0, 0.0, 2.0]
    run = compute(_wide(tmp_path, STUDENTS | {"where": "grade_level >= 9"}, WIDE_SCHOOLS, DAYS), school_year="2012-13")
    assert counts(run)[0] == 3


def test_several_files_of_one_table(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path, measure(formula="sum(days_enrolled)"), settings={"tables": [{"name": "attendance", "path": "data/days-*.csv"}]},
        schools=SCHOOLS, students="student_id,school_id\n1,A")  # fmt: skip
    write_csv(folder / "data" / "days-09.csv", "student_id,date,status\n1,2012-09-03,present")
    write_csv(folder / "data" / "days-10.csv", "status,student_id,date\nabsent,1,2012-10-01\npresent,1,2012-10-02")
    assert value(compute(folder), "1") == 3.0


def test_codes_that_nobody_has_mapped_are_a_finding(tmp_path: Path) -> None:
    text = WIDE + "    2012-13,2,10,B,Second School,2012-10-05,X\n"
    [problem] = _errors(_wide(tmp_path, STUDENTS, WIDE_SCHOOLS, DAYS, text=text))
    assert (problem.code, problem.file, problem.line) == ("category", "data/wide.csv", 10)


# -- Faults -----------------------------------------------------------------------------------------------


def _faulty(folder: Path, rules: dict[str, Any] | None = None) -> Path:
    """Student 1 has a day that cannot be read, 2 a second row, 3 a grade that is none; 4 and 5 are right."""
    return write_project(
        folder, measure(id="chronic", formula="percent(absence_rate >= 0.5)"),
        measure(id="attended", formula="rate(days_attended, days_enrolled, 100)"), NINTH,
        facts={"student": {"days_attended": "days_enrolled - coalesce(sum(attendance.absent), 0)"}},
        settings={"rules": rules or {}}, schools=SCHOOLS,
        students="student_id,school_id,grade_level\n1,A,9\n2,A,9\n2,A,10\n3,A,13\n4,A,9\n5,B,9",
        attendance="""
            student_id,date,status
            1,2012-10-01,absent
            1,2012-10-32,absent
            1,2012-10-03,present
            2,2012-10-01,present
            3,2012-10-01,present
            4,2012-10-01,present
            5,2012-10-01,absent
        """)  # fmt: skip


def test_faults_stop_the_run(tmp_path: Path) -> None:
    found = {(problem.code, problem.file, problem.line) for problem in _errors(_faulty(tmp_path))}
    assert found == {("type-error", "data/attendance.csv", 3), ("primary-key", "data/students.csv", 3),
                     ("type-error", "data/students.csv", 5)}  # fmt: skip


def test_keep_going_sets_aside_and_leaves_out_what_it_belongs_to(tmp_path: Path) -> None:
    run = compute(_faulty(tmp_path), keep_going=True)
    # Nothing is said of 1, whose days are half known, nor of 2 and 3, of whom no row is right.
    assert [role(run, student, measure="chronic") for student in "12345"] == ["missing", "missing", "missing", "n", "numerator"]
    assert [role(run, student, measure="attended") for student in "12345"] == ["missing", "missing", "missing", "n", "n"]
    assert [role(run, student) for student in "12345"] == ["numerator", "missing", "missing", "numerator", "numerator"]
    assert reason(run, "1", measure="attended") == "value unknown"
    assert counts(run, measure="chronic") == (5, 0, 3, 2, 1.0)
    assert cell(run, measure="attended")["value"] == 50.0  # 4: 1 of 1; 5: 0 of 1
    assert {problem.severity for problem in run.problems} == {"warning"}
    assert {problem.code for problem in run.problems} >= {"type-error", "primary-key"}


def test_keep_going_does_not_lose_a_units_other_years(tmp_path: Path) -> None:
    """A fault in an earlier year touches what reads that year, and nothing else."""
    tests = "count(assessments where assessments.test_status = 'tested')"
    folder = write_project(
        tmp_path, measure(id="now", formula="sum(tests)"), measure(id="ever", formula="sum(tests_ever)"), NINTH,
        facts={"student": {"tests": tests, "tests_ever": f"{tests[:-1]} years all)"}}, schools=SCHOOLS,
        students="student_id,school_id,school_year,grade_level\n1,A,2011-12,8\n2,A,2011-12,13\n1,A,2012-13,9\n2,A,2012-13,9",
        assessments="""
            student_id,school_year,assessment,subject,test_status
            1,2011-12,state,math,lost
            1,2012-13,state,math,tested
            2,2011-12,state,math,tested
            2,2012-13,state,math,tested
        """)  # fmt: skip
    run = compute(folder, keep_going=True)
    assert [role(run, student, measure="now") for student in "12"] == ["n", "n"]
    assert role(run, "1", measure="ever") == "missing"
    assert [role(run, student) for student in "12"] == ["numerator", "numerator"]


def test_keep_going_looks_back_no_further_than_the_row_set_aside(tmp_path: Path) -> None:
    """Where this year's row cannot be read, last year's does not stand for it."""
    folder = write_project(
        tmp_path, measure(formula="percent(grade_level = 12)", population="cohort = school_year", look_back=2), schools=SCHOOLS,
        students="""
            student_id,school_id,school_year,grade_level,cohort
            1,A,2011-12,11,2013
            1,A,2012-13,13,2013
            2,A,2010-11,13,2013
            3,A,2011-12,11,2013
        """)  # fmt: skip
    run = compute(folder, keep_going=True)
    assert [role(run, student) for student in "123"] == ["missing", "missing", "n"]


def test_keep_going_follows_keys(tmp_path: Path) -> None:
    """What refers to a row that was set aside is set aside with it, and what it belongs to is unknown."""
    facts = {"student": {"marks": "count(grades)", "core_marks": "count(grades where grades.sections.core)"},
             "school": {"visits": "count(observations)"}}  # fmt: skip
    folder = write_project(
        tmp_path, measure(formula="sum(marks)"), measure(id="core", formula="sum(core_marks)"),
        measure(id="observed", level="school", formula="sum(visits)"), facts=facts, schools=SCHOOLS,
        students="student_id,school_id\n1,A\n2,A", sections="section_id,school_id,core\na,A,perhaps\nb,B,true\nc,A,true",
        grades="student_id,section_id,mark,mark_type\n1,a,B,semester\n1,b,B,semester\n2,b,B,semester",
        observations="section_id,date,rubric,score\na,2012-10-01,x,1\nb,2012-10-01,x,1\nc,2012-10-01,x,1")  # fmt: skip
    run = compute(folder, keep_going=True)
    assert [role(run, student) for student in "12"] == ["missing", "n"]
    assert [role(run, student, measure="core") for student in "12"] == ["missing", "n"]
    assert cell(run, "school", "A", measure="observed")["status"] == "no_units"  # one visit of two is not known to be of A
    assert cell(run, "school", "A", measure="observed")["missing"] == 1
    assert cell(run, "school", "B", measure="observed")["value"] == 1.0


@pytest.mark.parametrize(("tolerate", "stops"), [("1", False), ("0", True), ("15%", False), ("14%", True)])
def test_tolerance(tmp_path: Path, tolerate: str, stops: bool) -> None:
    """One of seven days cannot be read: 14.3 %."""
    days = [("1", "2012-10-32", "absent"), *(("2", f"2012-10-0{day}", "present") for day in range(1, 7))]
    folder = write_project(
        tmp_path, measure(formula="sum(days_enrolled)"),
        settings={"rules": {"attendance.type-error": {"tolerate": tolerate, "because": "A known fault"}}}, schools=SCHOOLS,
        students="student_id,school_id\n1,A\n2,A", attendance=[("student_id", "date", "status"), *days])  # fmt: skip
    if stops:
        assert [problem.code for problem in _errors(folder)] == ["type-error"]
    else:
        run = compute(folder)
        assert [role(run, student) for student in "12"] == ["missing", "n"]


def test_a_tolerance_of_one_rule_is_none_of_another(tmp_path: Path) -> None:
    rules = {"type-error": {"tolerate": 5, "because": "A known fault"}}
    assert [problem.code for problem in _errors(_faulty(tmp_path, rules))] == ["primary-key"]
    rules |= {"students.primary-key": {"tolerate": 2, "because": "Two rows"}}
    assert role(compute(_faulty(tmp_path, rules)), "2") == "missing"


def test_missing_files(tmp_path: Path) -> None:
    folder = write_project(tmp_path, measure(formula="sum(days_enrolled)"), schools=SCHOOLS, students="student_id,school_id\n1,A")
    assert [(problem.code, problem.file) for problem in _errors(folder)] == [("missing-file", "data/attendance.csv")]
    assert [problem.code for problem in _errors(folder, keep_going=True)] == ["missing-file"]


def test_a_file_of_a_header_only_is_nobody(tmp_path: Path) -> None:
    run = compute(write_project(tmp_path, NINTH, schools=SCHOOLS, students="student_id,school_id,grade_level"))
    assert cell(run)["status"] == "no_units"
    assert cell(run, "school", "A")["status"] == "no_units"
    assert "no-rows" in [problem.code for problem in run.problems]


# -- Examples come first ----------------------------------------------------------------------------------


def test_a_failing_example_stops_the_run(tmp_path: Path) -> None:
    example = {"name": "a tenth grader", "given": {"grade_level": 10}, "expect": "numerator"}
    folder = write_project(tmp_path, NINTH | {"examples": [example]}, schools=SCHOOLS)  # and no students.csv at all
    [problem] = _errors(folder)
    assert (problem.code, problem.file) == ("example-failed", "measures/m.yml")
    assert "expected numerator, found n" in problem.message


# -- The name of a run ------------------------------------------------------------------------------------


def _same(run: Run, other: Run) -> bool:
    return run.results.equals(other.results) and run.student_results.equals(other.student_results)


def test_two_runs_are_the_same(lakeside: Run) -> None:
    again = compute(LAKESIDE)
    assert again.run_id == lakeside.run_id
    assert _same(again, lakeside)
    assert again.results.write_csv() == lakeside.results.write_csv()
    assert again.student_results.write_csv() == lakeside.student_results.write_csv()
    assert (again.files, again.problems) == (lakeside.files, lakeside.problems)


def test_rows_are_in_the_order_of_their_keys(lakeside: Run) -> None:
    keys = ["measure", "window", "level", "unit_id", "dimension", "subgroup"]
    assert lakeside.results.select(keys).rows() == sorted(lakeside.results.select(keys).unique().rows())
    students = lakeside.student_results.select("measure", "window", "student_id", "school_id").rows()
    assert students == sorted(set(students), key=lambda row: (*row[:3], row[3] or ""))


def test_a_run_has_the_columns_of_the_contract(lakeside: Run) -> None:
    assert dict(lakeside.results.schema) == RESULT_SCHEMA
    assert dict(lakeside.student_results.schema) == STUDENT_RESULT_SCHEMA
    for run in (lakeside, compute(LAKESIDE, school_year="2011-12")):
        assert {run.run_id} == {*run.results["run_id"], *run.student_results["run_id"]}
        assert {run.as_of} == {*run.results["as_of"], *run.student_results["as_of"]}


def test_what_decides_the_numbers_names_the_run(tmp_path: Path) -> None:
    def named(folder: str, students: str = "student_id,school_id,grade_level\n1,A,9\n2,A,8", **keys: Any) -> Run:
        settings = keys.pop("settings", {})
        return compute(write_project(tmp_path / folder, NINTH | keys, settings=settings, schools=SCHOOLS, students=students))

    first = named("one")
    assert len(first.run_id) == 16
    assert named("two").run_id == first.run_id  # not where it lies
    others = [
        named("row", "student_id,school_id,grade_level\n1,A,9\n2,A,9"),
        named("order", "student_id,school_id,grade_level\n2,A,8\n1,A,9"),
        named("measure", title="Another title"),
        named("as_of", settings={"as_of": "2012-11-16"}),
        named("year", settings={"school_year": "2013-14"}),
    ]
    assert len({first.run_id, *(run.run_id for run in others)}) == 6
    assert {*first.results["run_id"], *first.student_results["run_id"]} == {first.run_id}
    assert first.results.drop("run_id").equals(others[1].results.drop("run_id"))  # the order of rows changes no number
    assert (first.district_id, first.files[0][0]) == (DISTRICT, "data/schools.csv")

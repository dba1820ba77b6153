"""`rttd synth`: what is true of every synthetic district, and what of its files."""

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import mean, pvariance

import pytest

from commands import rttd, rttd_process
from projects import LAKESIDE
from rttd_metrics.definitions.standard_tables import standard_tables
from synth_files import LAKESIDE_ARGUMENTS, contents, faults, rows, synth

LAST_DAYS = ("2012-06-08", "2013-06-07")


# -- The same bytes ---------------------------------------------------------------------------------------


def test_lakeside_is_what_its_readme_says_it_is_made_by(lakeside_again: Path) -> None:
    command = " ".join(LAKESIDE_ARGUMENTS)
    assert command in (LAKESIDE / "README.md").read_text(encoding="utf-8")
    kept = {name: text for name, text in contents(LAKESIDE).items() if name != "README.md"}
    made = contents(lakeside_again)
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []
    assert sum(map(len, made.values())) < 4_000_000


@pytest.mark.parametrize("attendance", ["daily", "exceptions"])
def test_the_arguments_decide_every_byte_whatever_the_machine(tmp_path: Path, attendance: str) -> None:
    arguments = ("--students", "40", "--seed", "3", "--attendance", attendance, "--dirty", "0.001", "--missing", "0.01")
    one = synth(tmp_path, *arguments, name="one")
    rttd_process("synth", tmp_path / "two", *arguments, code=0, POLARS_MAX_THREADS="1", PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    assert contents(one) == contents(tmp_path / "two")


def test_another_seed_is_another_district(tmp_path: Path) -> None:
    made = [contents(synth(tmp_path, "--students", 40, "--seed", seed, name=f"seed{seed}")) for seed in (1, 2)]
    same = {name for name in made[0] if made[0][name] == made[1][name]}
    assert same == {"data/calendar.csv", "data/courses.csv", "data/terms.csv"}


@pytest.mark.parametrize("format_", ["tables", "oneroster-1.1", "oneroster-1.2"])
def test_a_zip_holds_what_a_folder_holds(tmp_path: Path, format_: str) -> None:
    arguments = ("--students", 30, "--seed", 4, "--format", format_)
    folder, archive = synth(tmp_path, *arguments), synth(tmp_path, *arguments, name="made.zip")
    assert contents(folder) == contents(archive)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["made", "made.zip"]


# -- Clean tables -----------------------------------------------------------------------------------------


def test_every_standard_table_is_there_and_keeps_every_rule(lakeside_again: Path, daily: Path) -> None:
    for folder in (lakeside_again, daily):
        written = {path.stem for path in (folder / "data").iterdir()}
        assert written == set(standard_tables()) - {"attendance_sums"}  # the sums of what stands in attendance
        assert faults(folder) == set()


def test_a_district_computes_without_a_finding(daily: Path) -> None:
    assert rttd("compute", daily, "--quiet", "--all", code=0).stderr == ""


@pytest.mark.parametrize(("students", "seed"), [(1, 1), (2, 9), (40, 2), (299, 1), (300, 1)])
def test_so_many_students_as_are_asked_for(tmp_path: Path, students: int, seed: int) -> None:
    folder = synth(tmp_path, "--students", students, "--seed", seed, "--attendance", "exceptions")
    last = [row for row in rows(folder, "students") if row["school_year"] == "2012-13"]
    assert len(last) == len({row["student_id"] for row in last}) == students
    assert faults(folder) == set()
    assert any(row["student_id"] <= "000059" for row in last) == (students >= 300)
    assert rttd("compute", folder, "--quiet", code=0).stderr == ""


@pytest.mark.parametrize("years", [1, 3])
def test_so_many_years_as_are_asked_for_and_three_of_the_high_schools_before(tmp_path: Path, years: int) -> None:
    folder = synth(tmp_path, "--students", 60, "--years", years, "--attendance", "exceptions")
    full = {row["school_year"] for row in rows(folder, "sections")}
    seen = defaultdict(set)
    for row in rows(folder, "students"):
        seen[row["school_year"]].add(row["grade_level"])
    assert sorted(full) == [f"{end - 1}-{end % 100}" for end in range(2014 - years, 2014)]
    assert sorted(set(seen) - full) == [f"{end - 1}-{end % 100:02d}" for end in range(2011 - years, 2014 - years)]
    assert all(grades <= {"9", "10", "11", "12"} for year, grades in seen.items() if year not in full)
    assert all("KG" in grades for year, grades in seen.items() if year in full)


# -- Plausible --------------------------------------------------------------------------------------------


def test_stays_do_not_overlap_and_hold_the_days_of_attendance(daily: Path) -> None:
    stays = defaultdict(list)
    for row in rows(daily, "enrollments"):
        stays[row["student_id"]].append((row["entry_date"], row["exit_date"] or "9999", row["school_id"]))
    for found in stays.values():
        found.sort()
        assert all(one[1] < two[0] for one, two in pairwise(found))
    open_days = {(row["school_id"], row["date"]) for row in rows(daily, "calendar") if row["instructional"] == "true"}
    days = rows(daily, "attendance")
    for row in days:
        assert (row["school_id"], row["date"]) in open_days
        assert any(start <= row["date"] <= end and row["school_id"] == school for start, end, school in stays[row["student_id"]])
    expected = sum(
        start <= day <= end and school == at
        for found in stays.values()
        for start, end, school in found
        if end >= "2012-08-27"
        for at, day in open_days
    )
    assert len(days) == len({(row["student_id"], row["date"]) for row in days}) == expected


def test_suspensions_are_the_suspension_days_of_attendance(lakeside_again: Path) -> None:
    kinds = ("in_school_suspension", "out_of_school_suspension")
    days = Counter(row["student_id"] for row in rows(lakeside_again, "attendance") if row["status"] in kinds)
    told: Counter[str] = Counter()
    for row in rows(lakeside_again, "incidents"):
        told[row["student_id"]] += int(row["days"] or 0)
    assert days
    assert {student: told[student] for student in days} == dict(days)


def test_every_school_of_lakeside_has_attendance_on_the_last_days(lakeside_again: Path) -> None:
    seen = {(row["school_id"], row["date"]) for row in rows(lakeside_again, "attendance")}
    assert {(school, day) for school in ("0101", "0102", "0201", "0301") for day in LAST_DAYS} <= seen


def test_absences_cluster_in_students_in_days_and_in_spells(daily: Path) -> None:
    """By chance alone the variance of counts would be at most their mean, and a day would tell nothing about the next."""
    of_student, of_day, absent = Counter[str](), Counter[str](), set()
    days = sorted({row["date"] for row in rows(daily, "attendance")})
    present = Counter(row["student_id"] for row in rows(daily, "attendance"))
    for row in rows(daily, "attendance"):
        if row["status"] == "absent":
            of_student[row["student_id"]] += 1
            of_day[row["date"]] += 1
            absent.add((row["student_id"], row["date"]))
    counts = [of_student[student] for student, enrolled in present.items() if enrolled >= 170]
    assert pvariance(counts) > 4 * mean(counts)
    daily_counts = [of_day[day] for day in days]
    assert pvariance(daily_counts) > 1.3 * mean(daily_counts)
    following = dict(pairwise(days))
    again = sum((student, following.get(day)) in absent for student, day in absent) / len(absent)
    share = len(absent) / sum(present.values())
    assert 0.03 < share < 0.09
    assert again > 4 * share


def test_shares_are_plausible(lakeside_again: Path) -> None:
    students = [row for row in rows(lakeside_again, "students") if row["school_year"] == "2012-13"]
    stays = [row for row in rows(lakeside_again, "enrollments") if row["entry_date"] >= "2012-07-01"]
    moved = sum(row["exit_type"] == "moved_in_district" for row in stays)
    left = sum(row["exit_type"] == "transferred_out" for row in stays)
    late = sum(row["entry_date"] > "2012-08-27" for row in stays) - moved

    def share(column: str, value: str = "true") -> float:
        return sum(row[column] == value for row in students) / len(students)

    assert 0.35 < share("economically_disadvantaged") < 0.65
    assert 0.08 < share("english_learner") < 0.25
    assert 0.07 < share("disability") < 0.18
    assert 0.01 < share("homeless") < 0.07
    assert 0.45 < share("gender", "female") < 0.55
    assert 0 < moved / 600 < 0.06
    assert 0 < left / 600 < 0.06
    assert 0 < late / 600 < 0.10
    grades = Counter(row["grade_level"] for row in students)
    assert all(grades[grade] >= 20 for grade in ("PK", "KG", *map(str, range(1, 13))))


def test_there_are_gaps_between_groups(lakeside_again: Path) -> None:
    low = {row["student_id"] for row in rows(lakeside_again, "students") if row["economically_disadvantaged"] == "true"}
    everyone = {row["student_id"] for row in rows(lakeside_again, "students")}
    passed = defaultdict(list)
    for row in rows(lakeside_again, "assessments"):
        if row["assessment"] == "state" and row["test_status"] == "tested":
            passed[row["student_id"] in low].append(row["proficient"] == "true")
    absent = Counter(row["student_id"] in low for row in rows(lakeside_again, "attendance") if row["status"] == "absent")
    assert mean(passed[False]) - mean(passed[True]) > 0.10
    assert absent[True] / len(low) > 1.2 * absent[False] / len(everyone - low)


def test_students_grow_within_the_year(lakeside_again: Path) -> None:
    scores = defaultdict(list)
    for row in rows(lakeside_again, "assessments"):
        if row["assessment"] == "interim" and row["school_year"] == "2012-13" and row["scale_score"]:
            scores[row["subject"], row["window"]].append(int(row["scale_score"]))
    for subject in ("mathematics", "reading"):
        fall, winter, spring = (mean(scores[subject, window]) for window in ("fall", "winter", "spring"))
        assert 2 < winter - fall < 8 < spring - fall + 2
        assert spring > winter


def test_the_same_children_come_back_a_grade_higher(lakeside_again: Path) -> None:
    of_year = defaultdict(dict)
    for row in rows(lakeside_again, "students"):
        of_year[row["school_year"]][row["student_id"]] = row["grade_level"]
    before, now = of_year["2011-12"], of_year["2012-13"]
    both = sorted(set(before) & set(now))
    grades = ["PK", "KG", *map(str, range(1, 13))]
    ordinary = [student for student in both if student > "000100"]
    assert len(ordinary) > 0.8 * 600 * 12 / 14
    assert all(grades.index(now[student]) == grades.index(before[student]) + 1 for student in ordinary)

"""The rttd.yml of a synthetic district: a project that computes at once."""

from rttd_metrics.synth.setting import DISTRICT_ID, DISTRICT_NAME, Setting

_TEXT = """\
# {name}, a district that does not exist: its names and numbers are made up by
#
#   {command}
#
# The reference of this file is docs/project.md; what the data hold is told in docs/synth.md.

district: {{id: "{id}", name: {name}}}

# The year that is computed.{others}
school_year: {year}

# The last day of school. Rows dated later would not be seen; an earlier day shows what was known then.
as_of: {last}

# {form}
attendance: {attendance}

# The standard portfolio that ships with the package, by condition, and the library beside it, whose measures are printed
# with --all. A folder of own measures would stand beside them: measures/
measures:
  - package:student-support
  - package:learning-environments
  - package:organizational-efficacy
  - package:outcomes
  - package:library

# Each dimension divides the students by the value of its formula; an empty cell is the subgroup Unknown.
subgroups:
  race_ethnicity: students.race_ethnicity
  gender: students.gender
  economically_disadvantaged: students.economically_disadvantaged
  english_learner: students.english_learner
  disability: students.disability
  homeless: students.homeless
  foster: students.foster
  high_need: {{formula: "students.homeless or students.foster or students.english_learner"}}

levels:
  # A student who moved counts at the school of the last stay; longest_enrolled and every_enrollment are the others.
  school: {{attribution: last_enrolled}}

# Every file has the standard name, headers and codes, so no table needs declaring here.
"""
_FORMS = {
    "daily": "data/attendance.csv holds a row for each student and day of school.",
    "exceptions": "data/attendance.csv holds only the days that were not simply present; data/calendar.csv the days of school.",
}


def project_text(setting: Setting, command: str) -> str:
    """rttd.yml, with the command that makes the district."""
    year, earlier = setting.last, setting.full_years[:-1]
    others = ""
    if earlier:
        before = earlier[-1]
        span = before.label if len(earlier) == 1 else f"{earlier[0].label} to {before.label}"
        others = f" The files hold {span} too: --school-year {before.label} --as-of {before.last.isoformat()}."
    return _TEXT.format(
        name=DISTRICT_NAME,
        command=command,
        id=DISTRICT_ID,
        others=others,
        year=year.label,
        last=year.last.isoformat(),
        form=_FORMS[setting.attendance],
        attendance=setting.attendance,
    )

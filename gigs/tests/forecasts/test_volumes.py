"""Contacts per half hour as spreadsheets write them, and what is wrong, line by line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigs.forecasts import volumes
from gigs.forecasts.volumes import VolumesFaulty

MON_9, TUE_930, SUN_LAST = 18, 48 + 19, 335
GOOD = {
    "lines": "day,time,calls\nMon,09:00,42\nTue,09:30,7.5\nSun,23:30,1\n",
    "no header": "Mon,09:00,42\nTuesday,9:30,7.5\nSUN.,23:30:00,1",
    "semicolons": "Mon;09:00;42\r\nTues;9.30 am;7.5\r\nSun;11:30 PM;1\r\n",
    "tabs and spaces": "\ufeffDay\tFrom\tN\n Mon \t 09:00 \t 42 \nTue\t09:30\t7.5\t\nSun\t23:30\t1",
    "dates": "2026-11-30,09:00,42\n01/12/2026,09:30,7.5\n06-12-2026,23:30,1",
    "spans": "Mon,09:00-09:30,42\nTue,09:30 – 10:00,7.5\nSun,23:30 to 00:00,1",
    "table": "time,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n9:00,42,,,,,,\n9:30,0,7.5,0,0,0,0,0\n23:30,,,,,,,1",
    "table of some days": "Time,Sun,Monday,Tue\n9:00,,42,\n9:30,,,7.5\n\n# evening\n23:30,1",
}


@pytest.mark.parametrize("name", GOOD)
def test_layouts(name: str):
    """Lines or a table, with days or dates, in the notations of common programs."""
    found = volumes.read(GOOD[name])
    assert len(found) == 336
    wanted = {MON_9: 42, TUE_930: 7.5, SUN_LAST: 1}
    assert {index: number for index, number in enumerate(found) if number} == wanted


def test_thousands_in_quotes():
    """A spreadsheet quotes a number with a comma."""
    assert volumes.read('Mon,09:00,"1,200"')[MON_9] == 1200


BAD = [
    ("Mon,09:00,42\nFunday,09:00,1", 2, "“Funday” is not a day"),
    ("day,time,calls\nMon,9,1", 2, "“9” is not a time"),
    ("Mon,09:15,1", 1, "not the start of a half hour"),
    ("Mon,24:00,1", 1, "is not a time"),
    ("Mon,13:00 pm,1", 1, "is not a time"),
    ("Mon,09:00,many", 1, "“many” is not a number"),
    ("Mon,09:00,-1", 1, "below 0"),
    ("Mon,09:00,nan", 1, "not a number"),
    ("Mon,09:00,1e300", 1, "cannot be planned"),
    ("Mon,09:00,5001", 1, "cannot be planned"),
    ("Mon,09:00,", 1, "number of contacts is missing"),
    ("Mon,09:00", 1, "Write a day, a time and a number"),
    ("Mon,09:00,1,2", 1, "Write a day, a time and a number"),
    ("Mon,09:00,1\n\n2026-11-30,9:00 am,2", 3, "Mon 09:00 is there already, in line 1"),
    ("time,Mon,Monday\n09:00,1,2", 1, "twice"),
    ("time,Mon,Tue\nlate,1,2", 2, "is not a time"),
    ("", 1, "no lines"),
    ("Mon,09:00,0", 1, "no contacts in any half hour"),
    ("\n".join(["Mon,09:00,1"] * 2001), 2001, "more than 2000 lines"),
]


@pytest.mark.parametrize(("text", "line", "words"), BAD)
def test_faults_by_line(text: str, line: int, words: str):
    """The first fault names its line and what is wrong there."""
    with pytest.raises(VolumesFaulty) as caught:
        volumes.read(text)
    assert caught.value.faults[0].line == line
    assert words in str(caught.value.faults[0])


def test_all_faults_are_told():
    """Every faulty line at once, not the first alone."""
    with pytest.raises(VolumesFaulty) as caught:
        volumes.read("Mon,09:00,1\nx,09:00,1\nTue,x,1\nWed,09:00,x")
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]


@given(st.text(max_size=200) | st.text(alphabet='Mon,;:09\n"\t ', max_size=80))
def test_any_text_is_read_or_refused(text: str):
    """Nothing but `VolumesFaulty` comes out of any text."""
    with suppress(VolumesFaulty):
        assert len(volumes.read(text)) == 336

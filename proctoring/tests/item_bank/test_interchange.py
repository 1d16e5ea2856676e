"""Import and export of items: CSV and QTI 3, equal round trips, and files that are refused."""

import csv
import io
import zipfile
from dataclasses import replace

import pytest

from conftest import CLIPS_OF_THE_BANK, NOON
from proctoring.item_bank import seeding
from proctoring.item_bank.content import ItemContent, clean
from proctoring.item_bank.interchange import csv_items, limits, qti, services
from proctoring.item_bank.interchange.records import Clip, InvalidImport, ItemRecord
from proctoring.models import Item, ItemVersion
from proctoring.tests.item_bank.conftest import READING
from proctoring.tests.item_bank.test_use_bank_admin import clip

ODD = "=HYPERLINK(\"x\")\n+1, -1 & <b>'é'  two spaces\t₹ “q”"
RECORDS = [
    ItemRecord("r", "r-1", "READING_MCQ", "A1", "orders", READING, excludes=("f-1",)),
    ItemRecord(
        "o", "r-2", "READING_MCQ", "C2", "orders",
        ItemContent(
            text=ODD, passage=f"{ODD}\n\n{ODD}", key="c",
            options={"a": "=1+1", "b": "-5", "c": "'=x", "d": "@sum <p>", "e": "'"},
        ),
    ),
    ItemRecord(
        "l", "l-1", "AUDIO_MCQ", "B1", "calls",
        replace(READING, plays=3, script=[{"voice": "joe", "text": "We open: at ten."}]),
    ),
    ItemRecord(
        "f", "f-1", "FILL_BLANK", "B2", "small-talk",
        ItemContent(
            text="He ___ (be) here.\n(One word.)", accepted=["was", "'s", "=is", "has been"],
            key="was",
        ),
        excludes=("r-1",),
    ),
    ItemRecord(
        "s", "s-1", "SPEAKING", "C1", "calls",
        ItemContent(
            text="Speak.", seconds=45, preparation_seconds=0, expected=["greets", "- says when"],
            model_answer="Good morning.\n\nIt is ten.",
        ),
    ),
    ItemRecord(
        "w", "w-1", "WRITING", "A2", "orders",
        ItemContent(text="Write.", passage="Hi", min_words=20, max_words=40, expected=["greets"]),
    ),
]  # fmt: skip


def plain(records):
    """As they are kept, without what only says where a record stood."""
    return [
        replace(
            record, where="", clip=None, clip_digest="", content=clean(record.kind, record.content)
        )
        for record in records
    ]


def package(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def manifest(*names: str, inside: str = "") -> str:
    resources = "".join(
        f'<resource identifier="r{number}" type="imsqti_item_xmlv3p0" href="{name}">{inside}'
        f'<file href="{name}"/></resource>'
        for number, name in enumerate(names)
    )
    return f'<manifest xmlns="{qti.PACKAGE}"><resources>{resources}</resources></manifest>'


LEVEL = f'<metadata><lom xmlns="{qti.LOM}"><taxon><id>B1</id></taxon></lom></metadata>'


def test_csv_round_trip():
    """A file of items of all kinds is read back as equal items."""
    assert plain(csv_items.read(csv_items.write(RECORDS))) == plain(RECORDS)


def test_csv_holds_no_formula():
    """No cell of an export begins like a formula, and every text comes back as it was."""
    rows = csv.reader(io.StringIO(csv_items.write(RECORDS).decode("utf-8-sig"), newline=""))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))] == []
    for text in ("=1", "'=1", "''=1", "'", "it's", "-5", "'-5", "+", " =1", "＝1", "\t=1", ""):
        assert csv_items.restore(csv_items.protect(text)) == text


def test_qti_round_trip():
    """A package of items of all kinds, with a clip, is read back as equal items."""
    with_clip = replace(RECORDS[2], clip=Clip("l-1.ogg", b"OggS", "audio/ogg"))
    records = [*RECORDS[:2], with_clip, *RECORDS[3:]]
    read = qti.read(qti.write(records))
    assert plain(read) == plain(records)
    assert (read[2].clip.name, read[2].clip.data) == ("l-1.ogg", b"OggS")


def test_the_seed_bank_survives_both_ways(author, whole_bank, monkeypatch):
    """Exporting the bank and importing the file changes nothing, in CSV and in QTI."""
    monkeypatch.setattr(seeding, "_clips", CLIPS_OF_THE_BANK)
    seeding.seed(NOON)
    for data in (services.export_csv(), services.export_qti()):
        result = services.import_items(data=data, by=author, at=NOON)
        assert (result.created, result.changed) == ([], [])
        assert len(result.unchanged) == Item.objects.count()
    assert not ItemVersion.objects.filter(published_at=None).exists()


def test_import_makes_drafts(author, live):
    """A new item and a changed one become drafts; what is published stays."""
    placed = {"code": live.code, "level": live.level, "topic": live.topic, "excludes": ()}
    changed = replace(RECORDS[0], content=replace(READING, key="a"), **placed)
    elsewhere = csv_items.write([replace(changed, level="C2")])
    with pytest.raises(InvalidImport, match="A reviewer changes its level"):
        services.import_items(data=elsewhere, by=author, at=NOON)
    data = csv_items.write([replace(RECORDS[0], code="r-9", excludes=(live.code,)), changed])
    result = services.import_items(data=data, by=author, at=NOON)
    assert (result.created, result.changed) == (["r-9"], [live.code])
    assert Item.objects.get(code="r-9").state == "DRAFT"
    assert live.excludes.get().code == "r-9"
    live.refresh_from_db()
    assert (live.state, live.versions.get(number=1).key.key) == ("LIVE", "b")
    assert live.versions.get(number=2).published_at is None


def test_clips_come_with_a_package(author):
    """A clip in a package is decoded and stored; one that is no sound refuses the package."""
    sound = replace(RECORDS[2], clip=Clip("l-1.ogg", clip(), "audio/ogg"))
    noise = replace(sound, code="l-2", clip=Clip("l-2.ogg", b"MZ", "audio/ogg"))
    with pytest.raises(InvalidImport, match=r"items/l-2.xml, clip: We cannot play"):
        services.import_items(data=qti.write([sound, noise]), by=author, at=NOON)
    assert not Item.objects.exists()
    services.import_items(data=qti.write([sound]), by=author, at=NOON)
    version = ItemVersion.objects.get()
    assert version.audio.content_type == "audio/ogg"
    exported = services.export_csv()
    assert version.audio.sha256.encode() in exported
    assert services.import_items(data=exported, by=author, at=NOON).unchanged == ["l-1"]


def test_every_row_says_what_is_wrong(author, live):
    """All faults of a file are named with row and column, and nothing is imported."""
    wrong = [
        replace(RECORDS[0], code="Not A Code"),
        replace(RECORDS[0], code="r-8", level="D1", excludes=()),
        replace(RECORDS[0], code="r-8", topic="Ä"),
        replace(RECORDS[0], code="r-7", kind="ESSAY"),
        replace(RECORDS[0], code="r-6", content=replace(READING, key="h"), excludes=("zz",)),
        replace(RECORDS[5], code=live.code),
    ]
    with pytest.raises(InvalidImport) as refused:
        services.import_items(data=csv_items.write([*RECORDS, *wrong]), by=author, at=NOON)
    places = {(fault.where, fault.field) for fault in refused.value.faults}
    assert places >= {
        ("Row 8", "code"), ("Row 9", "level"), ("Row 10", "topic"), ("Row 10", "code"),
        ("Row 11", "kind"), ("Row 12", "key"), ("Row 12", "excludes"), ("Row 13", "kind"),
    }  # fmt: skip
    assert Item.objects.get() == live


HEAD = b"code,kind,level,topic,text\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (HEAD, "no items"),
        (b"code,kind\r\n", "lacks these columns: level"),
        (HEAD.replace(b"text", b"text,colour"), "colour"),
        (HEAD.replace(b"topic", b"text"), "topic"),
        (HEAD + b'r-1,READING_MCQ,A1,x,"open', "no CSV file"),
        (HEAD + b"r-1,READING_MCQ,A1,x,a\0b", "no text has"),
        (HEAD + b"r-1,READING_MCQ,A1,x,a,b,c", "Row 2: It has more cells"),
        (HEAD + "r-1,READING_MCQ,A1,x,₹".encode("cp1252", "replace") + b"\xff", "UTF-8"),
        (HEAD[:-2] + b",plays\r\nr-1,READING_MCQ,A1,x,a,two", "Row 2, plays: Enter a whole number"),
        (HEAD + b"a" * (limits.MAX_CSV_BYTES + 1), "larger than 8 MB"),
        (HEAD + b'r,R,A1,x,"' + b"a" * 200_000 + b'"', "no CSV file"),
        (HEAD + b"a,b,c,d,e\r\n" * 2001, "more than 2000 rows"),
        (b"\x89PNG\r\n\x1a\n", "UTF-8"),
    ],
    ids=range(14),
)
def test_wrong_csv_files(data, said):
    """A file that is no list of items is refused with a sentence."""
    with pytest.raises(InvalidImport, match=said):
        services.read_file(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_spreadsheets(encoding, delimiter):
    """What spreadsheets save is read: their encodings and delimiters, short and empty rows."""
    head, row = (
        delimiter.join(cells)
        for cells in (
            ["Code", "kind", "level", "topic", "text", "option_a", "option_b", "key", "passage"],
            ["r-1", "reading_mcq", "a1", "orders", '"Who\r\nis it?"', "Asha", "Ravi", "a"],
        )
    )
    (record,) = services.read_file(f"{head}\r\n\r\n{row}\r\n".encode(encoding))
    assert (record.kind, record.level, record.content.text) == ("READING_MCQ", "A1", "Who\nis it?")


def item(body: str, declared: str = "", **attributes: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<qti-assessment-item xmlns="{qti.ITEM}" identifier="Sample-1" title="T" adaptive="false" '
        f'time-dependent="false"{more}>{declared}<qti-item-body>{body}</qti-item-body>'
        "</qti-assessment-item>"
    )


def declaration(correct: str = "", mapping: str = "", base: str = "identifier") -> str:
    value = f"<qti-value>{correct}</qti-value>" if correct else ""
    right = f"<qti-correct-response>{value}</qti-correct-response>" if correct else ""
    return (
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" '
        f'base-type="{base}">{right}{mapping}</qti-response-declaration>'
    )


CHOICE = (
    "<p>Look at the <em>sign</em>\n in the shop.</p><div><p>No\n  bags.</p></div>"
    '<qti-choice-interaction response-identifier="RESPONSE" shuffle="false" max-choices="1">'
    "<qti-prompt>What does it <strong>say</strong>?</qti-prompt>"
    '<qti-simple-choice identifier="ChoiceA">Leave bags outside.</qti-simple-choice>'
    '<qti-simple-choice identifier="ChoiceB"><p>Buy a bag.</p></qti-simple-choice>'
    "</qti-choice-interaction>"
)
GAP_ITEM = (
    "<p>Complete the line.</p><blockquote><p>Now is the winter of "
    '<qti-text-entry-interaction response-identifier="RESPONSE" expected-length="15"/>'
    " discontent.</p></blockquote>"
)
MAPPING = (
    '<qti-mapping default-value="0"><qti-map-entry map-key="our" mapped-value="1"/>'
    '<qti-map-entry map-key="ours" mapped-value="0.5"/>'
    '<qti-map-entry map-key="my" mapped-value="0"/></qti-mapping>'
)
ESSAY = (
    "<div><p>Sam is ill.</p></div>"
    '<qti-extended-text-interaction response-identifier="RESPONSE" expected-length="700">'
    "<qti-prompt>Write to Sam.</qti-prompt></qti-extended-text-interaction>"
)


def read_one(xml: str) -> ItemRecord:
    files = {"imsmanifest.xml": manifest("items/a.xml", inside=LEVEL), "items/a.xml": xml}
    (record,) = qti.read(package(files))
    return record


def test_choice_of_another_author():
    """A choice item of another program: identifiers become letters, markup becomes text."""
    record = read_one(item(CHOICE, declaration("ChoiceB")))
    content = record.content
    assert (record.code, record.kind, record.level) == ("sample-1", "READING_MCQ", "B1")
    assert content.passage == "Look at the sign in the shop.\nNo bags."
    assert content.text == "What does it say?"
    assert (content.options, content.key) == (
        {"a": "Leave bags outside.", "b": "Buy a bag."}, "b",
    )  # fmt: skip


def test_text_entry_of_another_author():
    """A text entry becomes a gap; every mapped answer that earns something is accepted."""
    content = read_one(item(GAP_ITEM, declaration(mapping=MAPPING, base="string"))).content
    assert content.text == "Now is the winter of ___ discontent."
    assert (content.passage, content.accepted) == ("Complete the line.", ["our", "ours"])


def test_extended_text_of_another_author():
    """An extended text becomes a writing task with the length that was expected."""
    record = read_one(item(ESSAY, declaration(base="string")))
    content = record.content
    assert (record.kind, content.text, content.passage) == (
        "WRITING", "Write to Sam.", "Sam is ill.",
    )  # fmt: skip
    assert (content.min_words, content.max_words) == (50, 100)


def test_passage_in_a_file_of_its_own():
    """A stimulus is the passage of the item that refers to it; a rubric says what is expected."""
    body = (
        '<qti-rubric-block use="scoring" view="scorer"><qti-content-body><p>Thanks Sam.</p>'
        "<p>Gives a day.</p></qti-content-body></qti-rubric-block>"
        '<qti-rubric-block use="instructions" view="candidate"><qti-content-body><p>Use a pen.</p>'
        "</qti-content-body></qti-rubric-block>"
    ) + ESSAY
    refers = '<qti-assessment-stimulus-ref identifier="s" href="../texts/s.xml"/>'
    stimulus = (
        f'<qti-assessment-stimulus xmlns="{qti.ITEM}" identifier="s" title="S">'
        "<qti-stimulus-body><p>Dear all,</p><p>come on Friday.</p></qti-stimulus-body>"
        "</qti-assessment-stimulus>"
    )
    (record,) = qti.read(
        package(
            {
                "imsmanifest.xml": manifest("items/a.xml", inside=LEVEL),
                "items/a.xml": item(body, declaration(base="string") + refers),
                "texts/s.xml": stimulus,
            }
        )
    )
    content = record.content
    assert content.passage == "Dear all,\ncome on Friday.\nUse a pen.\nSam is ill."
    assert (content.text, content.expected) == ("Write to Sam.", ["Thanks Sam.", "Gives a day."])


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (item('<p><img src="a.png" alt="A map"/></p>' + CHOICE), "picture or film"),
        (item('<object type="image/png" data="a.png"/>' + CHOICE), "picture or film"),
        ('<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', "QTI 2"),
    ],
)
def test_what_would_be_lost_is_refused(xml, said):
    """An item with a picture, or of an older standard, is refused, not imported in part."""
    with pytest.raises(InvalidImport, match=said):
        read_one(xml)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TWO = CHOICE + GAP_ITEM


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.txt": "x"}, "no imsmanifest.xml"),
        ({"sub/imsmanifest.xml": manifest("a.xml")}, "no imsmanifest.xml"),
        ({"imsmanifest.xml": "<manifest/>"}, "no QTI items"),
        ({"imsmanifest.xml": "<manifest"}, "no valid XML"),
        ({"imsmanifest.xml": BOMB + "<manifest>&c;</manifest>"}, "DOCTYPE"),
        ({"imsmanifest.xml": XXE + "<manifest>&a;</manifest>"}, "DOCTYPE"),
        ({"imsmanifest.xml": manifest("a.xml")}, "a.xml is missing"),
        ({"imsmanifest.xml": manifest("../a.xml")}, "path"),
        ({"imsmanifest.xml": manifest("a.xml"), "../a.xml": "x"}, "path"),
        ({"imsmanifest.xml": manifest("a.xml"), "/etc/a.xml": "x"}, "path"),
        ({"imsmanifest.xml": manifest("a.xml"), "a.xml": XXE + item("&a;")}, "DOCTYPE"),
        ({"imsmanifest.xml": manifest("a.xml"), "a.xml": "<html/>"}, "no QTI 3 item"),
        ({"imsmanifest.xml": manifest("a.xml"), "a.xml": item("<p>No</p>")}, "one interaction"),
        ({"imsmanifest.xml": manifest("a.xml"), "a.xml": item(TWO)}, "one interaction"),
        (
            {
                "imsmanifest.xml": manifest("a.xml"),
                "a.xml": item(CHOICE.replace('max-choices="1"', 'max-choices="0"')),
            },
            "More than one choice",
        ),
        (
            {
                "imsmanifest.xml": manifest("a.xml"),
                "a.xml": item('<audio src="../../etc/passwd"/>' + CHOICE),
            },
            "not in the package",
        ),
        (
            {"imsmanifest.xml": manifest("a.xml"), "a.xml": " " * 10_000_000},
            "larger than 512 KB",
        ),
        (
            {
                "imsmanifest.xml": manifest("a.xml"),
                "a.xml": item("<p>" * 5000 + "</p>" * 5000),
            },
            "no valid XML",
        ),
    ],
    ids=range(18),
)
def test_hostile_packages(files, said):
    """Bombs, external entities, paths that lead out and wrong items are refused with a sentence."""
    with pytest.raises(InvalidImport, match=said):
        qti.read(package(files))


def test_damaged_zip():
    """A zip that is cut off or damaged is refused."""
    data = qti.write(RECORDS)
    for broken in (data[:200], data[:-30], b"PK\x03\x04" + b"\0" * 100):
        with pytest.raises(InvalidImport):
            qti.read(broken)


def test_all_faults_of_a_package_are_named():
    """Every item that cannot be read is named by its file."""
    files = {"imsmanifest.xml": manifest("a.xml", "b.xml"), "a.xml": "<x/>", "b.xml": "<"}
    with pytest.raises(InvalidImport) as refused:
        qti.read(package(files))
    assert [fault.where for fault in refused.value.faults] == ["a.xml", "b.xml"]


def test_structure_of_exported_items():
    """Exports follow the schema of QTI 3: order of parts, required attributes, values of types."""
    sound = replace(RECORDS[2], clip=Clip("l-1.ogg", b"OggS", "audio/ogg"))
    for record in [*RECORDS, sound]:
        root = qti.item_element(record, "../audio/l-1.ogg" if record.clip else "")
        names = [qti._tag(part) for part in root]
        order = [
            "qti-response-declaration", "qti-outcome-declaration", "qti-item-body",
            "qti-response-processing",
        ]  # fmt: skip
        assert [order.index(name) for name in names] == sorted(map(order.index, names))
        assert {"identifier", "title", "time-dependent"} <= set(root.attrib)
        assert root.get("identifier")[0].isalpha()
        declared = {each.get("identifier") for each in root if each.get("cardinality")}
        for element in root.iter():
            if qti._tag(element).endswith("-interaction"):
                assert element.get("response-identifier") in declared
            for name in ("adaptive", "time-dependent", "shuffle", "autostart", "controls"):
                assert element.get(name, "true") in ("true", "false")
        rubrics = [each for each in root.iter() if qti._tag(each) == "qti-rubric-block"]
        assert all((each.get("use"), each.get("view")) == ("scoring", "scorer") for each in rubrics)
        assert all([qti._tag(part) for part in each] == ["qti-content-body"] for each in rubrics)

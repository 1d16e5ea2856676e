"""Items as a QTI 3 package (1EdTech Question and Test Interoperability 3.0).

Choice interactions are reading items, or listening items if they have a clip; a text entry is a
gap, an extended text a writing task, and the upload of a recording a speaking task. Keys stand in
the response declarations, what people grade by in rubric blocks for scorers. Level, topic and
exclusions stand in the metadata of the manifest (IEEE LOM).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from proctoring.item_bank import content as contents
from proctoring.item_bank.content import GAP, ItemContent
from proctoring.item_bank.interchange import limits
from proctoring.item_bank.interchange.packages import Package, normalised, parse_xml
from proctoring.item_bank.interchange.records import (
    Clip,
    InvalidImport,
    ItemRecord,
    RowFault,
    unreadable,
)

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
MANIFEST = "imsmanifest.xml"
TOOL = "HitouchCX"
INTERACTIONS = (
    "qti-choice-interaction", "qti-text-entry-interaction", "qti-extended-text-interaction",
    "qti-upload-interaction",
)  # fmt: skip
DEFAULT_TOPIC = "general"
_LEVEL = re.compile(r"\b[ABC][12]\b")
STIMULUS = "qti-assessment-stimulus-ref"
_PICTURES = ("img", "picture", "svg", "video", "math", "iframe", "canvas")
_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "dt", "dd"}
#: Numbers that QTI has no attribute for are classes, which every element may have.
_CLASS = re.compile(r"hitouch-([a-z-]+)-(\d{1,4})")
_SUFFIXES = {
    "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/mpeg": ".mp3", "audio/wav": ".wav",
    "audio/webm": ".webm",
}  # fmt: skip

# --- writing


def write(records: Iterable[ItemRecord]) -> bytes:
    """The package, as a zip."""
    out = io.BytesIO()
    manifest = etree.Element(f"{{{PACKAGE}}}manifest", nsmap={None: PACKAGE, "lom": LOM})
    manifest.set("identifier", "hitouchcx-items")
    metadata = _add(manifest, "metadata", ns=PACKAGE)
    _add(metadata, "schema", "QTI Package", ns=PACKAGE)
    _add(metadata, "schemaversion", "3.0.0", ns=PACKAGE)
    _add(manifest, "organizations", ns=PACKAGE)
    resources = _add(manifest, "resources", ns=PACKAGE)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for record in records:
            clip = _clip_name(record)
            name = f"items/{record.code}.xml"
            package.writestr(name, _bytes(item_element(record, clip and f"../{clip}")))
            if clip and record.clip:
                package.writestr(clip, record.clip.data)
            _add_resource(resources, record, name, clip)
        package.writestr(MANIFEST, _bytes(manifest))
    return out.getvalue()


def item_element(record: ItemRecord, clip: str = "") -> Any:
    """The item as a QTI element."""
    content = record.content
    item = etree.Element(f"{{{ITEM}}}qti-assessment-item", nsmap={None: ITEM})
    for name, value in {
        "identifier": f"i-{record.code}",
        "title": record.code,
        "label": record.code,
        XML_LANG: "en",
        "adaptive": "false",
        "time-dependent": "false",
        "tool-name": TOOL,
        "tool-version": "1",
    }.items():
        item.set(name, value)
    _add_declarations(item, record.kind, content)
    body = _add(item, "qti-item-body")
    _add_rubric(body, content)
    if clip and record.clip:
        _add_clip(body, clip, record.clip, content.plays)
    if content.passage:
        _add_lines(_add(body, "div", css="passage"), content.passage)
    _WRITERS[record.kind](body, content)
    template = {"FILL_BLANK": "map_response", "READING_MCQ": "match_correct"}
    template["AUDIO_MCQ"] = "match_correct"
    if record.kind in template:
        _add(item, "qti-response-processing", template=f"{TEMPLATES}/{template[record.kind]}.xml")
    return item


def _add_declarations(item: Any, kind: str, content: ItemContent) -> None:
    base = {"FILL_BLANK": "string", "WRITING": "string", "SPEAKING": "file"}.get(kind, "identifier")
    declared = _add(
        item, "qti-response-declaration", identifier="RESPONSE", cardinality="single",
        base_type=base,
    )  # fmt: skip
    if content.key:
        _add(_add(declared, "qti-correct-response"), "qti-value", content.key)
    if content.accepted:
        mapping = _add(declared, "qti-mapping", default_value="0")
        for answer in content.accepted:
            _add(mapping, "qti-map-entry", map_key=answer, mapped_value="1", case_sensitive="false")
    if kind == "AUDIO_MCQ":
        _add(
            item, "qti-response-declaration", identifier="PLAYS", cardinality="single",
            base_type="integer",
        )  # fmt: skip
    _add(
        item, "qti-outcome-declaration", identifier="SCORE", cardinality="single",
        base_type="float",
    )  # fmt: skip


def _add_rubric(body: Any, content: ItemContent) -> None:
    if not (content.expected or content.model_answer or content.script):
        return
    rubric = _add(body, "qti-rubric-block", use="scoring", view="scorer")
    inside = _add(rubric, "qti-content-body")
    if content.expected:
        points = _add(inside, "ul", css="hitouch-expected")
        for point in content.expected:
            _add(points, "li", point)
    if content.model_answer:
        _add_lines(_add(inside, "div", css="hitouch-model-answer"), content.model_answer)
    if content.script:
        turns = _add(inside, "dl", css="hitouch-script")
        for turn in content.script:
            _add(turns, "dt", turn.get("voice", ""))
            _add(turns, "dd", turn["text"])


def _add_clip(body: Any, source: str, clip: Clip, plays: int) -> None:
    media = _add(
        body, "qti-media-interaction", response_identifier="PLAYS", autostart="false",
        max_plays=str(plays),
    )  # fmt: skip
    sound = _add(media, "audio", controls="true")
    _add(sound, "source", src=source, type=clip.content_type)


def _write_choice(body: Any, content: ItemContent) -> None:
    asked = _add(
        body, "qti-choice-interaction", response_identifier="RESPONSE", shuffle="true",
        max_choices="1",
    )  # fmt: skip
    _fill(_add(asked, "qti-prompt"), content.text)
    for key, text in content.options.items():
        _add(asked, "qti-simple-choice", text, identifier=key)


def _write_gap(body: Any, content: ItemContent) -> None:
    paragraph = _add(_add(body, "div", css="task"), "p")
    before, _, after = content.text.partition(GAP)
    _fill(paragraph, before)
    longest = max((len(answer) for answer in content.accepted), default=10)
    gap = _add(
        paragraph, "qti-text-entry-interaction", response_identifier="RESPONSE",
        expected_length=str(longest),
    )  # fmt: skip
    lines = after.split("\n")
    gap.tail = lines[0]
    for line in lines[1:]:
        _add(paragraph, "br").tail = line


def _write_text(body: Any, content: ItemContent) -> None:
    words = f"hitouch-min-words-{content.min_words} hitouch-max-words-{content.max_words}"
    task = _add(
        body, "qti-extended-text-interaction", response_identifier="RESPONSE", css=words,
        expected_length=str(content.max_words * 7),
    )  # fmt: skip
    _fill(_add(task, "qti-prompt"), content.text)


def _write_recording(body: Any, content: ItemContent) -> None:
    seconds = (
        f"hitouch-seconds-{content.seconds} "
        f"hitouch-preparation-seconds-{content.preparation_seconds}"
    )
    task = _add(
        body, "qti-upload-interaction", response_identifier="RESPONSE", css=seconds,
        type="audio/webm audio/mp4",
    )  # fmt: skip
    _fill(_add(task, "qti-prompt"), content.text)


_WRITERS = {
    "READING_MCQ": _write_choice,
    "AUDIO_MCQ": _write_choice,
    "FILL_BLANK": _write_gap,
    "WRITING": _write_text,
    "SPEAKING": _write_recording,
}


def _add_resource(resources: Any, record: ItemRecord, name: str, clip: str) -> None:
    resource = _add(
        resources, "resource", ns=PACKAGE, identifier=f"i-{record.code}",
        type="imsqti_item_xmlv3p0", href=name,
    )  # fmt: skip
    lom = _add(_add(resource, "metadata", ns=PACKAGE), "lom", ns=LOM)
    general = _add(lom, "general", ns=LOM)
    _add(_add(general, "keyword", ns=LOM), "string", record.topic, ns=LOM, language="en")
    for code in record.excludes:
        relation = _add(lom, "relation", ns=LOM)
        kind = _add(relation, "kind", ns=LOM)
        _add(kind, "source", TOOL, ns=LOM)
        _add(kind, "value", "must not meet", ns=LOM)
        identifier = _add(_add(relation, "resource", ns=LOM), "identifier", ns=LOM)
        _add(identifier, "catalog", TOOL, ns=LOM)
        _add(identifier, "entry", code, ns=LOM)
    level = _add(lom, "classification", ns=LOM)
    purpose = _add(level, "purpose", ns=LOM)
    _add(purpose, "source", "LOMv1.0", ns=LOM)
    _add(purpose, "value", "educational level", ns=LOM)
    path = _add(level, "taxonPath", ns=LOM)
    _add(_add(path, "source", ns=LOM), "string", "CEFR", ns=LOM, language="en")
    _add(_add(path, "taxon", ns=LOM), "id", record.level, ns=LOM)
    _add(resource, "file", ns=PACKAGE, href=name)
    if clip:
        _add(resource, "file", ns=PACKAGE, href=clip)


def _clip_name(record: ItemRecord) -> str:
    if record.clip is None:
        return ""
    return f"audio/{record.code}{_SUFFIXES.get(record.clip.content_type, '.bin')}"


def _add(
    parent: Any, tag: str, text: str = "", *, ns: str = ITEM, css: str = "", **attributes: str
) -> Any:
    element = etree.SubElement(parent, f"{{{ns}}}{tag}")
    if css:
        element.set("class", css)
    for name, value in attributes.items():
        element.set(name.replace("_", "-"), value)
    element.text = text or None
    return element


def _add_lines(parent: Any, text: str) -> None:
    _fill(_add(parent, "p"), text)


def _fill(element: Any, text: str) -> None:
    """The text, with an element for each line break."""
    lines = text.split("\n")
    element.text = lines[0]
    for line in lines[1:]:
        _add(element, "br").tail = line


def _bytes(element: Any) -> bytes:
    data: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8")
    return data


# --- reading


def read(data: bytes) -> list[ItemRecord]:
    """The items of a package. Raises `InvalidImport` with every fault of it."""
    package = Package(data)
    if MANIFEST not in package:
        raise unreadable(f"It has no {MANIFEST} at its top, so it is no QTI package.")
    manifest = parse_xml(package.read(MANIFEST, most=limits.MAX_MANIFEST_BYTES), MANIFEST)
    resources = [each for each in manifest.iter() if _tag(each) == "resource"]
    items = [each for each in resources if "qti_item" in each.get("type", "")]
    if not items:
        raise unreadable("There are no QTI items in its manifest.", MANIFEST)
    if len(items) > limits.MAX_ITEMS:
        raise unreadable(f"It has more than {limits.MAX_ITEMS} items. Divide it.")
    records: list[ItemRecord] = []
    faults: list[RowFault] = []
    for resource in items:
        try:
            records.append(_read_item(package, resource))
        except InvalidImport as refused:
            faults += refused.faults
    if faults:
        raise InvalidImport(faults)
    return records


def _read_item(package: Package, resource: Any) -> ItemRecord:
    href = resource.get("href") or ""
    name = normalised(href)
    if not name:
        raise unreadable(f"An item has the path {href[:100]!r}.", MANIFEST)
    root = parse_xml(package.read(name, most=limits.MAX_XML_BYTES), name)
    if _tag(root) == "assessmentItem":
        raise unreadable("It is an item of QTI 2. Convert the package to QTI 3.", name)
    if _tag(root) != "qti-assessment-item":
        raise unreadable("It is no QTI 3 item.", name)
    body = next((each for each in root if _tag(each) == "qti-item-body"), None)
    found = [each for each in root.iter() if _tag(each).endswith("-interaction")]
    asked = [each for each in found if _tag(each) != "qti-media-interaction"]
    if body is None or len(asked) != 1 or _tag(asked[0]) not in INTERACTIONS:
        raise unreadable(
            "An item has one interaction: a single choice, a text entry, an extended text or an "
            "upload of a recording.",
            name,
        )
    _refuse_pictures(body, name)
    clip = _read_clip(package, body, name)
    kind, content = _read_content(root, body, asked[0], name, has_clip=clip is not None)
    stimuli = [_stimulus(package, each, name) for each in root if _tag(each) == STIMULUS]
    content = replace(content, passage="\n".join([*stimuli, content.passage]).strip("\n"))
    label = root.get("label") or ""
    code = label if contents.is_code(label) else _slug(root.get("identifier") or "", 60)
    return ItemRecord(
        where=name,
        code=code,
        kind=kind,
        level=_level(resource),
        topic=_topic(resource),
        content=replace(content, **_rubric(body)),
        excludes=tuple(_excludes(resource)),
        clip=clip,
    )


def _refuse_pictures(body: Any, name: str) -> None:
    """An item without its picture would be another item."""
    for element in body.iter():
        is_sound = (element.get("type") or "").startswith("audio/")
        if _tag(element) in _PICTURES or (_tag(element) == "object" and not is_sound):
            raise unreadable(f"It has a picture or film ({_tag(element)}); items are texts.", name)


def _stimulus(package: Package, reference: Any, name: str) -> str:
    """The text of a passage that stands in a file of its own."""
    path = normalised(reference.get("href") or "", beside=name)
    if not path:
        raise unreadable("Its passage is not in the package.", name)
    root = parse_xml(package.read(path, most=limits.MAX_XML_BYTES), path)
    body = next((each for each in root if _tag(each) == "qti-stimulus-body"), None)
    if body is None:
        raise unreadable("It is no passage of QTI 3.", path)
    _refuse_pictures(body, path)
    return _lines(body, exact=False)


def _read_content(
    root: Any, body: Any, asked: Any, name: str, *, has_clip: bool
) -> tuple[str, ItemContent]:
    exact = root.get("tool-name") == TOOL
    prompt = next((each for each in asked if _tag(each) == "qti-prompt"), None)
    passage, task = _texts_around(body, asked, exact)
    text = _lines(prompt, exact) if prompt is not None else task
    correct, accepted = _answers(root, asked.get("response-identifier") or "")
    if _tag(asked) == "qti-choice-interaction":
        options, ids = _options(asked, exact)
        if asked.get("max-choices", "1") != "1":
            raise unreadable("More than one choice can be correct; choose one.", name)
        content = ItemContent(text=text, passage=passage, options=options)
        content = replace(content, key=ids.get(correct, ""), plays=_plays(body))
        return ("AUDIO_MCQ" if has_clip else "READING_MCQ"), content
    content = ItemContent(text=text, passage=passage)
    if _tag(asked) == "qti-text-entry-interaction":
        return "FILL_BLANK", replace(content, accepted=accepted)
    numbers = {name.replace("-", "_"): int(digits) for name, digits in _classes(asked)}
    if _tag(asked) == "qti-extended-text-interaction":
        most = numbers.get("max_words") or max(10, int(_number(asked, "expected-length", 700) / 7))
        least = numbers.get("min_words") or max(1, most // 2)
        return "WRITING", replace(content, min_words=least, max_words=most)
    return "SPEAKING", replace(
        content,
        seconds=numbers.get("seconds", 60),
        preparation_seconds=numbers.get("preparation_seconds", 30),
    )


def _texts_around(body: Any, asked: Any, exact: bool) -> tuple[str, str]:
    """What stands before the interaction, and the block in which it stands."""
    top = asked
    while top.getparent() is not None and top.getparent() is not body:
        top = top.getparent()
    before: list[str] = []
    for block in body:
        if block is top:
            break
        if _tag(block) not in ("qti-media-interaction", "audio", "object"):
            before.append(_lines(block, exact) if _is_for_candidates(block) else "")
    task = "" if top is asked else _lines(top, exact)
    has_prompt = any(_tag(each) == "qti-prompt" for each in asked)
    blocks = [text for text in before if text.strip()]
    if not task and not has_prompt and blocks:
        task = blocks.pop()
    return "\n".join(blocks), task


def _lines(element: Any, exact: bool) -> str:
    """The text of an element with a line for each block, and the gap where an entry stands."""
    parts: list[str] = []
    _collect(element, parts, exact)
    text = "".join(parts)
    if exact:
        return text.strip("\n")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: Any, parts: list[str], exact: bool) -> None:
    parts.append(_inline(element.text, exact))
    for child in element:
        tag = _tag(child)
        if tag == "br":
            parts.append("\n")
        elif tag == "qti-text-entry-interaction":
            parts.append(GAP)
        elif tag not in ("qti-choice-interaction", "audio", "object") and _is_for_candidates(child):
            edge = "\n" if tag in _BLOCKS else ""
            parts.append(edge)
            _collect(child, parts, exact)
            parts.append(edge)
        parts.append(_inline(child.tail, exact))


def _is_for_candidates(element: Any) -> bool:
    """Rubric blocks say for whom they are; what is for scorers is no text of the item."""
    is_rubric = _tag(element) == "qti-rubric-block"
    return not is_rubric or "candidate" in (element.get("view") or "").split()


def _inline(text: str | None, exact: bool) -> str:
    return (text or "") if exact else re.sub(r"\s+", " ", text or "")


def _answers(root: Any, identifier: str) -> tuple[str, list[str]]:
    """The correct value, and all accepted ones, the correct one first."""
    correct, accepted = "", []
    for declared in root:
        if _tag(declared) != "qti-response-declaration":
            continue
        if declared.get("identifier") != identifier:
            continue
        values = [each for each in declared.iter() if _tag(each) == "qti-value"]
        entries = [each for each in declared.iter() if _tag(each) == "qti-map-entry"]
        worth = {entry.get("map-key") or "": _number(entry, "mapped-value", 0) for entry in entries}
        best = max(worth, key=lambda key: worth[key], default="")
        correct = (values[0].text or "").strip() if values else best
        accepted = [correct, *(key for key, value in worth.items() if value > 0)]
    return correct, [answer for answer in dict.fromkeys(accepted) if answer]


def _options(asked: Any, exact: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Options by letter, and the letter of each identifier."""
    choices = [each for each in asked.iter() if _tag(each) == "qti-simple-choice"]
    texts = [_lines(choice, exact).strip() for choice in choices]
    names = [choice.get("identifier") or "" for choice in choices]
    letters = names if set(names) <= set(contents.OPTION_IDS) else list(contents.OPTION_IDS)
    # More options than letters are kept, so that the count is refused with its own sentence.
    letters += [f"x{number}" for number in range(len(texts) - len(letters))]
    pairs = list(zip(letters, texts, strict=False))
    return dict(pairs), dict(zip(names, letters, strict=False))


def _read_clip(package: Package, body: Any, name: str) -> Clip | None:
    sources = [
        each.get("src") or each.get("data") or ""
        for each in body.iter()
        if _tag(each) in ("audio", "source", "object")
    ]
    sources = [source for source in sources if source]
    if not sources:
        return None
    path = normalised(sources[0], beside=name)
    if not path:
        raise unreadable(f"The clip {sources[0][:100]!r} is not in the package.", name)
    data = package.read(path, most=limits.MAX_CLIP_BYTES)
    return Clip(path.rsplit("/", 1)[-1], data)


def _plays(body: Any) -> int:
    media = [each for each in body.iter() if _tag(each) == "qti-media-interaction"]
    most = int(_number(media[0], "max-plays", 2)) if media else 2
    return most or contents.MAX_PLAYS  # 0 is without a limit


def _rubric(body: Any) -> dict[str, Any]:
    """What people grade by: the parts that we write, or the lines of any rubric for scorers."""
    found: dict[str, Any] = {}
    for element in body.iter():
        css = (element.get("class") or "") if isinstance(element.tag, str) else ""
        if css == "hitouch-expected":
            found["expected"] = [_lines(point, True) for point in element]
        elif css == "hitouch-model-answer":
            found["model_answer"] = _lines(element, True)
        elif css == "hitouch-script":
            voices = [each.text or "" for each in element if _tag(each) == "dt"]
            texts = [each.text or "" for each in element if _tag(each) == "dd"]
            pairs = zip(voices, texts, strict=False)
            found["script"] = [{"voice": voice, "text": text} for voice, text in pairs]
    others = [each for each in body.iter() if _tag(each) == "qti-rubric-block"]
    if not found:
        texts = [_lines(each, False) for each in others if "scorer" in (each.get("view") or "")]
        lines = [line for text in texts for line in text.split("\n") if line]
        found["expected"] = [line[: contents.MAX_OPTION] for line in lines][: contents.MAX_EXPECTED]
    return found


def _level(resource: Any) -> str:
    """The first level that the metadata of the item names."""
    for element in resource.iter():
        found = _LEVEL.search(element.text or "") if _tag(element) in ("id", "string") else None
        if found:
            return found[0]
    return ""


def _topic(resource: Any) -> str:
    for element in resource.iter():
        if _tag(element) == "keyword":
            return _slug("".join(element.itertext()), 40) or DEFAULT_TOPIC
    return DEFAULT_TOPIC


def _excludes(resource: Any) -> Iterator[str]:
    for relation in resource.iter():
        if _tag(relation) == "relation" and "must not meet" in "".join(relation.itertext()):
            yield from (
                (each.text or "").strip() for each in relation.iter() if _tag(each) == "entry"
            )


def _classes(element: Any) -> list[tuple[str, str]]:
    return [
        (found[1], found[2])
        for name in (element.get("class") or "").split()
        if (found := _CLASS.fullmatch(name))
    ]


def _number(element: Any, name: str, default: float) -> float:
    try:
        number = float(element.get(name) or default)
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default


def _slug(text: str, most: int) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.strip().lower())[:most].strip("-")


def _tag(element: Any) -> str:
    """The name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

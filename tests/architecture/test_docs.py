"""The documentation agrees with the code: settings, links, glossary."""

import re
import shlex
from pathlib import Path

from hitouch.management.commands.processes import command_lines

ROOT = Path(__file__).resolve().parents[2]
READS = re.compile(r"env\.(?:text|flag|number|choice|words|keys)\(\s*\"([A-Z_]+)\"")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def test_every_setting_is_explained():
    """.env.example lists exactly the variables that the settings read."""
    settings = ROOT.glob("hitouch/settings/*.py")
    sources = [*settings, *ROOT.glob("hitouch/management/**/*.py")]
    read = {name for path in sources for name in READS.findall(path.read_text())}
    example = (ROOT / ".env.example").read_text()
    assert read == set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))


def test_links_between_documents_are_not_broken():
    """A link or a picture in a document names a file that exists."""
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")]
    dead = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in LINK.findall(document.read_text())
        if not (document.parent / target).exists()
    ]
    assert not dead


def test_domain_terms_are_in_the_glossary():
    """The glossary explains the main terms of the product."""
    glossary = (ROOT / "docs/glossary.md").read_text().lower()
    words = ["agent", "claim", "gig", "invitation", "payout", "sitting", "slot", "work session"]
    assert not [word for word in words if f"| {word}" not in glossary]


def test_deploying_uses_the_command_lines_of_make_run(settings):
    """The units of docs/deploy.md start what `manage.py processes` prints, with its defaults."""
    settings.VAR = Path("/var/lib/hitouch")
    found = re.findall(r"^ExecStart=/srv/hitouch/\.venv/bin/(.*)$", deploy_md(), re.MULTILINE)
    assert [shlex.split(line) for line in found] == [
        shlex.split(line) for line in command_lines().values()
    ]


def test_each_check_has_an_id_of_its_own():
    """A finding's id names one check; those from 020 on are in the tables of docs/deploy.md."""
    used = [
        (path.name, found)
        for path in ROOT.glob("*/**/*checks.py")
        if "tests" not in path.parts and ".venv" not in path.parts
        for found in re.findall(r'id="hitouch\.([EW]\d{3})"', path.read_text())
    ]
    ids = [found for _, found in used]
    assert len(ids) == len(set(ids))
    assert not [found for found in ids if found[1:] >= "020" and f"{found}`" not in deploy_md()]


def deploy_md():
    return (ROOT / "docs/deploy.md").read_text()

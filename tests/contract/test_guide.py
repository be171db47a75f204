"""docs/development/guide-coverage.md names each section of Nautobot's guide "Developing Jobs", and what it names exists."""

import html
import re
from pathlib import Path

import nautobot
from packaging.version import Version

ROOT = Path(__file__).parents[2]
COVERAGE = ROOT / "docs" / "development" / "guide-coverage.md"
GUIDE = Path(nautobot.__file__).parent / "project-static" / "docs" / "development" / "jobs"
PAGES = sorted(GUIDE.rglob("*.html"))


def sections_of_guide(page):
    headings = re.findall(r'<h([23]) id="[^"]*">(.*?)</h\1>', page.read_text(encoding="utf-8"), re.DOTALL)
    return [
        html.unescape(re.sub(r"<[^>]+>", "", inner)).replace("¶", "").replace("\xa0", " ").strip()
        for _, inner in headings
    ]


def coverage():
    """Sections by page, as listed."""
    listed = {}
    for chapter in re.split(r"^## ", COVERAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        page = re.search(r"\(`(.+?)`\)", chapter.splitlines()[0])[1]
        listed[page] = [line.split("|")[1].strip() for line in chapter.splitlines() if line.startswith("| ")][2:]
    return listed


def test_every_section_is_listed():
    """Those of every version's guide; what the tables list beyond came with a later one, and the newest has nothing beyond."""
    guide, listed = {str(page.relative_to(GUIDE)): sections_of_guide(page) for page in PAGES}, coverage()
    assert sum(map(len, guide.values())) > 50
    known = {page: [one for one in listed.get(page, ()) if one in sections] for page, sections in guide.items()}
    assert known == guide
    if Version(nautobot.__version__) >= Version("3.2"):
        assert listed == guide


def test_what_is_named_exists():
    text = COVERAGE.read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:jobs|tests|docs)/[\w/.-]+|README\.md)`", text))
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []

    patterns = ("tests/examples/*.py", "tests/contract/*.py", "tests/install/*.py", "jobs/examples/*.py")
    defined = set()
    for path in (path for pattern in patterns for path in ROOT.glob(pattern)):
        defined |= set(re.findall(r"^ *(?:def|class) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    tests = set(re.findall(r"`(test_\w+)`", text))
    assert len(tests) > 40
    assert sorted(tests - defined) == []
    jobs = set(re.findall(r"`([A-Z][A-Za-z]+[a-z])(?:\.\w+\(?\)?)?`", text)) - {"ConnectionAudit", "AbortTransaction"}
    assert sorted(jobs - defined) == []

"""Code on the pages is quoted from its source; a quote of what is not there stops the build of the site."""

import re
import sys
from types import SimpleNamespace

import pytest
from documents import FILES, ROOT

sys.path.insert(0, str(ROOT / "docs"))

import quotes

SOURCE = '''"""A file."""

import functools

LIMIT = 3
SIZE: int = 4


class Outer:
    class Meta:
        name = "x"

    @functools.cache
    def run(self):
        """Do it."""
        return 1

    def after(self):
        return 2
'''
QUOTES = [
    (path, match[2], match[1]) for path in FILES for match in quotes._QUOTE.finditer(path.read_text(encoding="utf-8"))
]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.py"
    path.write_text(SOURCE)
    return path


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("LIMIT", "LIMIT = 3"),
        ("SIZE", "SIZE: int = 4"),
        ("Outer.Meta", 'class Meta:\n    name = "x"'),
        ("Outer.run", '@functools.cache\ndef run(self):\n    """Do it."""\n    return 1'),
        ("Outer.after", "def after(self):\n    return 2"),
    ],
)
def test_quoted(source, name, code):
    assert quotes.quoted(source, name) == code


@pytest.mark.parametrize("name", ["run", "Outer.LIMIT", "Outer.run.x", "Inner"])
def test_what_is_not_there(source, name):
    with pytest.raises(LookupError, match=re.escape(name)):
        quotes.quoted(source, name)


def test_page():
    page = SimpleNamespace(file=SimpleNamespace(abs_src_path=str(ROOT / "docs" / "guide" / "page.md")))
    text = 'Before.\n\n[`HelloWorld.run`](../../jobs/examples/hello_world.py "quote")\n\n[a](b.md "other")'
    shown = quotes.on_page_markdown(text, page=page)
    assert '```python title="jobs/examples/hello_world.py"\ndef run(self, *, who):\n' in shown
    assert shown.startswith("Before.\n\n```")
    assert shown.endswith('```\n\n[a](b.md "other")')


def test_whole_file():
    path = ROOT / "jobs" / "__init__.py"
    assert path.read_text().strip() in quotes.fenced(path, "jobs/__init__.py")


@pytest.mark.parametrize(("page", "target", "name"), QUOTES, ids=[f"{page.stem}: {name}" for page, _, name in QUOTES])
def test_quote_of_a_page(page, target, name):
    assert quotes.fenced((page.parent / target).resolve(), name)

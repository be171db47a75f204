"""Pages for people, one file each that needs nothing else: the report of an audit, the plan of a change.

`page.html.j2`, `page.css` and `page.js` have what all pages share; each page adds a template, a style sheet and a script
of its own, which lie beside them.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

# Nautobot takes no more than 10 MiB by default, and what is compressed no browser opens.
MOST_BYTES = 8 << 20
_DIRECTORY = Path(__file__).parent
_LINK = Markup('<a href="{base}{path}" data-path="{path}">{text}</a>')


def write_page(path: Path, name: str, about: Any, *, filters: dict[str, Callable] | None = None, **values: Any) -> None:
    """Write a page.

    Args:
        path: the file.
        name: of its template, style sheet and script: "report" for `report.html.j2`, `report.css` and `report.js`.
        about: what the page is about, with `title`, `user`, `started`, `base_url`, `run_url` and `job`.
        filters: of the template, beyond those that all have.
        values: what the template names.
    """
    environment = Environment(
        loader=FileSystemLoader(_DIRECTORY),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, **(filters or {})}
    style, script = ("".join(_source(f"{part}.{kind}") for part in ("page", name)) for kind in ("css", "js"))
    stream = environment.get_template(f"{name}.html.j2").stream(
        about=about,
        link=lambda to, text: _LINK.format(base=about.base_url, path=to, text=text) if to else text,
        style=style,
        style_hash=content_hash(style),
        script=script,
        script_hash=content_hash(script),
        **values,
    )
    stream.enable_buffering(100)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(stream)


def number(value: int) -> str:
    """With a thin space between thousands, as ISO 80000-1 has it."""
    return f"{value:,}".replace(",", "\u202f")


def content_hash(text: str) -> str:
    """For the Content-Security-Policy, so that nothing but our own style and script works in the page."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _source(name: str) -> str:
    return (_DIRECTORY / name).read_text(encoding="utf-8")

"""What devices answer, as structured data: by ntc-templates, within limits."""

from __future__ import annotations

import re
from typing import Any

from .redaction import MARK

# Templates are regular expressions, tried on each line: what no device means is not tried.
_MOST_CHARACTERS = 1 << 20
_LONGEST_LINE = 2000
# Where people write what they like; anywhere else a part of what is understood would be missing.
_FREE = re.compile(r"\s*(- )?(Port |System )?Description\b", re.IGNORECASE)


class ParseError(Exception):
    """It could not be parsed; the message says why."""


def parse(parser: str, command: str, answer: str) -> list[dict[str, Any]] | None:
    """The rows of an answer, or None if there is no template for it.

    Raises:
        ParseError: there is one, and the answer does not fit it, or a secret was taken out of it where that could change its meaning:
            what looks enabled may be "(redacted)istratively down".
    """
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError

    if not parser:
        return None
    if MARK in answer and any(MARK in line and not _FREE.match(line) for line in answer.splitlines()):
        raise ParseError(
            "A secret was taken out of the answer, so that what it means is not certain. A password should be no word that devices use."
        )
    if len(answer) > _MOST_CHARACTERS or any(len(line) > _LONGEST_LINE for line in answer.splitlines()):
        raise ParseError("The answer is too long to be parsed.")
    try:
        return parse_output(platform=parser, command=command, data=answer)
    except ParsingException as error:
        if "No template found" in str(error):
            return None
        raise ParseError("The answer does not fit the template of ntc-templates.") from None
    except TextFSMError:
        raise ParseError("The answer does not fit the template of ntc-templates.") from None

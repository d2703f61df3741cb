"""Man pages and the shells' completion, made from the commands' own options."""

import re
from datetime import date
from pathlib import Path
from typing import Final

import shtab
from build_manpages.manpage import Manpage

from kvitto.cli import CLI_NAME, command_parser

_PURPOSE: Final = "receive and show the delivery reports of SMS that are sent in batches"
_OTHER_NAME: Final = """\
.TH KVITTO-CLI "1" "{day}" "kvitto" "User Commands"
.SH NAME
{name} \\- kvitto without its window
.SH DESCRIPTION
All commands of
.BR kvitto (1)
but the window, for servers and scripts.
.SH SEE ALSO
.BR kvitto (1)
"""


def write_documents(folder: Path, day: date) -> None:
    """Write what lies in `share` of an installed program into `folder`.

    Args:
        folder: is made where it is missing.
        day: the date of the man pages.
    """
    parser = command_parser()
    page = str(Manpage(parser)).replace('"Generated Python Manual"', '"User Commands"')
    # The generator escapes the date's hyphens, so that it can't be read as one.
    page = re.sub(r'^(\.TH \S+ "1" )"[^"]*"', rf'\1"{day.isoformat()}"', page, flags=re.MULTILINE)
    page = page.replace(".SH NAME\nkvitto\n", f".SH NAME\nkvitto \\- {_PURPOSE}\n")
    _write(folder / "man/man1/kvitto.1", page)
    _write(
        folder / f"man/man1/{CLI_NAME}.1", _OTHER_NAME.format(name=CLI_NAME, day=day.isoformat())
    )
    bash = folder / "bash-completion/completions"
    zsh = folder / "zsh/vendor-completions"
    for name in ("kvitto", CLI_NAME):
        parser.prog = name
        _write(bash / name, shtab.complete(parser, "bash"))
        _write(zsh / f"_{name}", shtab.complete(parser, "zsh"))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.rstrip("\n") + "\n", "utf-8")

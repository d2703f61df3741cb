"""Writes the icons that the window names to resources/fonts: packaging/icon_font.sh calls it."""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

_FONT = "materialdesignicons6-webfont-*.ttf"
_CODES = "materialdesignicons6-webfont-charmap-*.json"


def main() -> None:
    """Subset the font in the first folder to what the project in the second names."""
    fonts, project = map(Path, sys.argv[1:])
    (whole,) = fonts.glob(_FONT)
    (known,) = fonts.glob(_CODES)
    codes = json.loads(known.read_text("utf-8"))
    named = {
        name: codes[name] for name in sorted(_strings(project / "app/kvitto/ui")) if name in codes
    }
    # The names of letters and the time stay: the same icons make the same file.
    font = TTFont(whole, recalcTimestamp=False)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[int(code, 16) for code in named.values()])
    subsetter.subset(font)
    target = project / "resources/fonts"
    font.save(target / "icons.ttf")
    (target / "icons.json").write_text(json.dumps(named, indent=1) + "\n", "utf-8")
    sys.stderr.write(f"kvitto: {len(named)} icons.\n")


def _strings(folder: Path) -> Iterator[str]:
    """Yield every text in the code: one that is no icon's name does no harm."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.removeprefix("mdi6.")


if __name__ == "__main__":
    main()

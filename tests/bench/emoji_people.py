#!/usr/bin/env python3
"""A folder of small colour pictures of one kind, to learn: the people of Noto Color Emoji, head and shoulders, as the
transparent PNG files that lie in the font. Needs Debian's fonts-noto-color-emoji and python3-fonttools.

    tests/bench/emoji_people.py people && rbm train --data people --size 24
"""

import pathlib
import sys

from fontTools.ttLib import TTFont

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
TONES = {f"u1F3F{t}" for t in "BCDEF"}
HEADS = {f"u{code}" for code in (
    "1F468 1F469 1F9D1 1F466 1F467 1F9D2 1F474 1F475 1F9D3 1F471 1F46E 1F482 1F477 1F473 1F472 1F9D5 1F9D4 1F470 1F935 "
    "1F934 1F478 1F9D9 1F9DB 1F9DD 1F385 1F936 1F575 1F47C").split()}
# What makes a family, a couple or a person in a wheelchair of them.
OTHERS = {f"u{code}" for code in "1F468 1F469 1F9D1 1F466 1F467 1F9AF 1F9BC 1F9BD 1F91D 1F37C".split()} | {"uni2764"}


def main(folder):
    font = TTFont(FONT)
    parts = {}  # the characters that a glyph stands for, where there are several
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(table, "ligatures", {}).items():
                parts.update({ligature.LigGlyph: [first, *ligature.Component] for ligature in ligatures})
    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    for glyph, bitmap in font["CBDT"].strikeData[0].items():
        head, *rest = parts.get(glyph, [glyph])
        if head in HEADS and not OTHERS & (set(rest) - TONES):
            (out / f"{glyph}.png").write_bytes(bitmap.imageData)
            count += 1
    print(f"{count} pictures of people in {out}.")


if __name__ == "__main__":
    main(sys.argv[1])

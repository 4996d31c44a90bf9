#!/usr/bin/env python3
"""Turns captured terminal screens (`tmux capture-pane -p -e`) into an SVG picture.

    terminal-to-svg.py OUT.svg FRAME [FRAME ...] [--seconds-per-frame 0.2] [--title TEXT]

Several frames become an animation (CSS, no scripts), which repeats.
"""

import argparse
import re
import unicodedata
from collections import defaultdict
from html import escape
from pathlib import Path

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE = 8, 16, 13.29
MARGIN, TITLE_HEIGHT = 12, 30
BACKGROUND, FOREGROUND = "#0f1117", "#c9d1e0"
ESCAPE = re.compile(r"\x1b\[([0-9;:]*)m|\x1b\[[0-9;?]*[A-Za-ln-z]|\x1b\([A-Z0-9]")
BASE = ["#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
        "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff"]
# Blocks are drawn as rectangles, so that no gap of a font shows: left, top, width, height.
BLOCKS = {"█": (0, 0, 1, 1), "▀": (0, 0, 1, 0.5), "▄": (0, 0.5, 1, 0.5), "▎": (0, 0, 0.25, 1)}
BLOCKS |= {bar: (0, 1 - (i + 1) / 8, 1, (i + 1) / 8) for i, bar in enumerate("▁▂▃▄▅▆▇")}


def palette(index):
    if index < 16:
        return BASE[index]
    if index >= 232:
        return "#" + f"{8 + 10 * (index - 232):02x}" * 3
    steps = [0, 95, 135, 175, 215, 255]
    index -= 16
    return "#%02x%02x%02x" % (steps[index // 36], steps[index // 6 % 6], steps[index % 6])


def apply(codes, style):
    """The style (foreground, background, bold) after the parameters of one escape sequence."""
    fg, bg, bold = style
    numbers = [int(code or 0) for code in re.split("[;:]", codes)]
    while numbers:
        code = numbers.pop(0)
        if code == 0:
            fg, bg, bold = None, None, False
        elif code == 1:
            bold = True
        elif code == 22:
            bold = False
        elif code in (38, 48):
            if numbers.pop(0) == 5:
                color = palette(numbers.pop(0))
            else:
                color = "#%02x%02x%02x" % tuple(numbers[:3])
                del numbers[:3]
            fg, bg = (color, bg) if code == 38 else (fg, color)
        elif code == 39:
            fg = None
        elif code == 49:
            bg = None
        elif code % 10 < 8 and code // 10 in (3, 9):
            fg = BASE[code % 10 + (8 if code > 89 else 0)]
        elif code % 10 < 8 and code // 10 in (4, 10):
            bg = BASE[code % 10 + (8 if code > 99 else 0)]
    return fg, bg, bold


def cells(line):
    """The characters of a line with their styles."""
    style, position, result = (None, None, False), 0, []
    while position < len(line):
        match = ESCAPE.match(line, position)
        if match:
            if match.group(1) is not None:
                style = apply(match.group(1), style)
            position = match.end()
        else:
            result.append((line[position], style))
            if unicodedata.east_asian_width(line[position]) in "WF":
                result.append(("", style))
            position += 1
    return result


def kind(cell):
    """Neighbours of one kind are drawn together: same style, and the same block if it is one."""
    return cell and (cell[1], cell[0] if cell[0] in BLOCKS else "text")


def runs(row):
    """Neighbours of one kind: first column, columns, text, style. None is a cell to leave out."""
    start = 0
    for column in range(1, len(row) + 1):
        if column == len(row) or kind(row[column]) != kind(row[start]):
            if row[start]:
                text = "".join(cell[0] for cell in row[start:column])
                yield start, column - start, text, row[start][1]
            start = column


def draw_row(row, top, is_overlay, layers):
    """Adds a row to the layers of a frame: backgrounds and blocks by colour, and texts."""
    backgrounds, blocks, texts = layers
    for column, columns, text, (fg, bg, bold) in runs(row):
        left, width = column * CELL_WIDTH, columns * CELL_WIDTH
        if is_overlay or bg not in (None, BACKGROUND):
            backgrounds[bg or BACKGROUND].append((left, top, width, CELL_HEIGHT))
        if text[:1] in BLOCKS:
            x, y, w, h = BLOCKS[text[0]]
            for index in range(1 if w == 1 else columns):
                wide = width if w == 1 else w * CELL_WIDTH
                blocks[fg or FOREGROUND].append(
                    (left + (index + x) * CELL_WIDTH, top + y * CELL_HEIGHT, wide, h * CELL_HEIGHT))
        elif text.strip():
            weight = ' font-weight="bold"' if bold else ""
            texts.append(f'<text x="{left}" y="{top + 12}" textLength="{width}" '
                         f'fill="{fg or FOREGROUND}"{weight}>{escape(text)}</text>')


def paths(rectangles_by_color):
    """One path for each colour: far shorter than a rectangle each."""
    for color, rectangles in rectangles_by_color.items():
        d = "".join(f"M{x:g} {y:g}h{w:g}v{h:g}h{-w:g}z" for x, y, w, h in rectangles)
        yield f'<path fill="{color}" d="{d}"/>'


def changed(row, old):
    """The cells that are to be drawn over an old row, words as a whole; None for the others."""
    differs = [cell != before for cell, before in zip(row, old)]
    for order in (range(1, len(row)), range(len(row) - 2, -1, -1)):
        step = 1 if order.step < 0 else -1
        for column in order:
            is_word = row[column][0].strip() or old[column][0].strip()
            differs[column] |= differs[column + step] and bool(is_word) and row[column][0] not in BLOCKS
    return [cell if new else None for cell, new in zip(row, differs)]


def draw_frame(rows, base=None):
    """A whole frame, or what is different from the base."""
    layers = defaultdict(list), defaultdict(list), []
    for index, row in enumerate(rows):
        row = changed(row, base[index]) if base else row
        draw_row(row, index * CELL_HEIGHT, base is not None, layers)
    backgrounds, blocks, texts = layers
    return "".join([*paths(backgrounds), *paths(blocks), *texts])


def animation(count, seconds):
    """Style sheet that shows one of the frames at a time."""
    share = 100 / count
    rules = [f"@keyframes f{{0%,{share:.4f}%{{visibility:visible}}"
             f"{share + 0.001:.4f}%,100%{{visibility:hidden}}}}",
             f".f{{visibility:hidden;animation:f {count * seconds:g}s step-end infinite}}"]
    rules += [f".f{i}{{animation-delay:{i * seconds:g}s}}" for i in range(count)]
    return "".join(rules)


def picture(frames, seconds, title):
    screens = [[cells(line) for line in frame.rstrip("\n").split("\n")] for frame in frames]
    columns = max(len(row) for screen in screens for row in screen)
    blank = (" ", (None, None, False))
    screens = [[row + [blank] * (columns - len(row)) for row in screen] for screen in screens]
    width = columns * CELL_WIDTH + 2 * MARGIN
    height = max(map(len, screens)) * CELL_HEIGHT + TITLE_HEIGHT + MARGIN
    css = animation(len(frames), seconds) if len(frames) > 1 else ""
    body = draw_frame(screens[0]) + "".join(
        f'<g class="f f{i}">{draw_frame(screen, screens[0])}</g>'
        for i, screen in enumerate(screens) if i > 0)
    dots = "".join(f'<circle cx="{20 + 18 * i}" cy="15" r="5.5" fill="{color}"/>'
                   for i, color in enumerate(["#ff5f57", "#febc2e", "#28c840"]))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-size="{FONT_SIZE}" xml:space="preserve" '
            f'font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" shape-rendering="crispEdges">'
            f"<style>{css}</style>"
            f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>{dots}'
            f'<text x="{width / 2}" y="20" text-anchor="middle" fill="#717a8e">{escape(title)}</text>'
            f'<g transform="translate({MARGIN} {TITLE_HEIGHT})">{body}</g></svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("frames", type=Path, nargs="+")
    parser.add_argument("--seconds-per-frame", type=float, default=0.2)
    parser.add_argument("--title", default="arena")
    options = parser.parse_args()
    frames = [path.read_text(encoding="utf-8") for path in options.frames]
    options.out.write_text(picture(frames, options.seconds_per_frame, options.title), encoding="utf-8")


if __name__ == "__main__":
    main()

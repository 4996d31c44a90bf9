"""Looks at a picture, with Panda3D's own decoder: picture.py FILE.

Prints {"width", "height", "colors", "commonest"}: how many different colours a grid of its pixels
has, and the share of the pixels that have the commonest.
"""

import sys
from collections import Counter

from panda3d.core import Filename, PNMImage

from peer import report

STEP = 4  # pixels


def main():
    image = PNMImage()
    if not image.read(Filename.from_os_specific(sys.argv[1])):
        sys.exit(f"{sys.argv[1]} is no picture")
    width, height = image.get_x_size(), image.get_y_size()
    pixels = Counter(tuple(image.get_xel_val(x, y))
                     for x in range(0, width, STEP) for y in range(0, height, STEP))
    report(width=width, height=height, colors=len(pixels),
           commonest=max(pixels.values()) / sum(pixels.values()))


if __name__ == "__main__":
    main()

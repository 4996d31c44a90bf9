"""Copies a file of datagrams with Panda3D's reader and writer: copy_file.py FROM TO HEADER.

The copy begins with the header; the original has none, since Python cannot read one.
Prints {"lengths": [...]}, the number of bytes in each datagram.
"""

import sys

from panda3d.core import Datagram, DatagramInputFile, DatagramOutputFile, Filename

from peer import report


def main():
    source, target = DatagramInputFile(), DatagramOutputFile()
    if not source.open(Filename.from_os_specific(sys.argv[1])):
        sys.exit(f"cannot open {sys.argv[1]}")
    if not target.open(Filename.from_os_specific(sys.argv[2])):
        sys.exit(f"cannot make {sys.argv[2]}")
    target.write_header(sys.argv[3])
    lengths = []
    datagram = Datagram()
    while source.get_datagram(datagram):
        lengths.append(datagram.get_length())
        target.put_datagram(datagram)
    if not source.is_eof():
        sys.exit("the file ends in the middle")
    source.close()
    target.close()
    report(lengths=lengths)


if __name__ == "__main__":
    main()

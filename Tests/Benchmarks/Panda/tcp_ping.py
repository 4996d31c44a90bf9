"""Measures round trips, one in flight, in nanoseconds."""

import time

from panda3d.core import Datagram

from side import NetDatagram, connect, manager, numbers, reader, say, writer

connection = connect()
datagram, answer = Datagram(bytes(numbers[1])), NetDatagram()
times = []
end = time.monotonic_ns() + numbers[2]
while time.monotonic_ns() < end:
    began = time.monotonic_ns()
    writer.send(datagram, connection)
    while not (reader.data_available() and reader.get_data(answer)):
        manager.wait_for_readers(1.0)
    times.append(time.monotonic_ns() - began)
times.sort()
say(median=times[len(times) // 2], p99=times[int(len(times) * 0.99)], count=len(times))

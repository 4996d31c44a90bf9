"""Sends 200 bytes to each of 1,000 clients, 20 times a second."""

import time

from panda3d.core import Datagram

from side import accept, listen, tally, writer

listener = listen()
clients = [accept(listener) for _ in range(1000)]
datagram = Datagram(bytes(200))
due = time.monotonic()
while True:
    time.sleep(max(0, due - time.monotonic()))
    due += 0.05
    tally(len(clients))
    for client in clients:
        writer.send(datagram, client)

"""The common parts of every Panda3D side of the benchmarks: arguments, meters and answers."""

import os
import sys
import threading
import time

from panda3d.core import (
    ConnectionWriter,
    NetAddress,
    NetDatagram,
    PointerToConnection,
    QueuedConnectionListener,
    QueuedConnectionManager,
    QueuedConnectionReader,
)

processors = sorted(os.sched_getaffinity(0))
if len(processors) > 1:
    os.sched_setaffinity(0, {processors[int(sys.argv[1]) % len(processors)]})
numbers = [int(word) for word in sys.argv[2:]]

manager = QueuedConnectionManager()
reader = QueuedConnectionReader(manager, 0)
writer = ConnectionWriter(manager, 0)
count = 0


def say(**values):
    print(" ".join(f"{name}={int(value)}" for name, value in values.items()), flush=True)


def tally(more):
    global count
    count += more


def obey():
    for _ in sys.stdin:
        say(count=count, cpu=time.process_time_ns(), now=time.monotonic_ns())
    os._exit(0)


threading.Thread(target=obey, daemon=True).start()


def listen(backlog=1000):
    """Opens a listener and reports its port."""
    for port in range(20000 + os.getpid() % 9000, 32000):
        rendezvous = manager.open_TCP_server_rendezvous(port, backlog)
        if rendezvous:
            break
    listener = QueuedConnectionListener(manager, 0)
    listener.add_connection(rendezvous)
    say(port=port)
    return listener


def accept(listener):
    """Returns the next connection. It polls seldom, so that polling does not dominate the cost."""
    while not listener.new_connection_available():
        time.sleep(0.0002)
    where, address, made = PointerToConnection(), NetAddress(), PointerToConnection()
    listener.get_new_connection(where, address, made)
    connection = made.p()
    connection.set_no_delay(True)
    return connection


def connect():
    connection = manager.open_TCP_client_connection("127.0.0.1", numbers[0], 3000)
    connection.set_no_delay(True)
    reader.add_connection(connection)
    return connection

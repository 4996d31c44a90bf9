"""Takes datagrams as fast as they come."""

from side import NetDatagram, accept, listen, manager, reader, tally

reader.add_connection(accept(listen()))
datagram = NetDatagram()
while True:
    manager.wait_for_readers(0.01)
    while reader.data_available():
        if reader.get_data(datagram):
            tally(1)

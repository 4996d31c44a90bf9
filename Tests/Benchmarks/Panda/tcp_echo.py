"""Sends every datagram back."""

from side import NetDatagram, accept, listen, manager, reader, tally, writer

connection = accept(listen())
reader.add_connection(connection)
datagram = NetDatagram()
while True:
    manager.wait_for_readers(1.0)
    while reader.data_available():
        if reader.get_data(datagram):
            writer.send(datagram, connection)
            tally(1)

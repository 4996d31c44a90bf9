"""Sends to an echo server through nativenet's Buffered_DatagramConnection: native_client.py PORT.

Prints {"echoed": n}, the number of datagrams that came back as they were sent.
"""

import sys

from panda3d.core import Buffered_DatagramConnection, Datagram, Socket_Address

from peer import pattern, report

SIZES = [1, 2, 100, 1400, 30_000]


def main():
    connection = Buffered_DatagramConnection(65_536, 65_536, 1400)
    server = Socket_Address()
    server.set_host("127.0.0.1", int(sys.argv[1]))
    connection.AddAddress(server)
    if not connection.DoConnect():
        sys.exit("cannot connect")
    echoed = 0
    for number, size in enumerate(SIZES):
        sent, received = Datagram(pattern(1, number, size)), Datagram()
        connection.SendMessage(sent)
        connection.Flush()
        while not connection.GetMessage(received):
            if not connection.IsConnected():
                sys.exit("the server closed the connection")
            connection.WaitForNetworkReadEvent(1.0)
        echoed += received.get_message() == sent.get_message()
    report(echoed=echoed)


if __name__ == "__main__":
    main()

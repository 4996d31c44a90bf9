"""Sends datagrams as fast as the writer takes them."""

from panda3d.core import Datagram

from side import connect, numbers, say, writer

connection = connect()
datagram = Datagram(bytes(numbers[1]))
say(port=0)
while True:
    writer.send(datagram, connection)

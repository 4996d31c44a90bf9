/// A reader that gets what a UDP socket receives, instead of the socket's own mailbox.
protocol DatagramSocketReader: AnyObject, Sendable {
    /// Adds the socket to the reader's sources; returns whether it was not there yet.
    func insert(_ socket: DatagramSocket) -> Bool

    /// Removes the socket from the reader's sources.
    func remove(_ socket: DatagramSocket)

    /// Takes the datagrams that a socket has received, emptying the array; returns whether the
    /// socket must pause.
    func deliver(_ datagrams: inout [ReceivedDatagram], cost: Int, from socket: DatagramSocket)
        -> Bool
}

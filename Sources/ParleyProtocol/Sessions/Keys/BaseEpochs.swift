package import ParleyDatagrams

/// The first epoch of a new secret, in each direction. The server chooses both, and tells the client in
/// its `resumed` message together with the secret.
package struct BaseEpochs: Hashable, Sendable {
    /// The epoch of the client's packets.
    package let toServer: UInt32
    /// The epoch of the server's packets.
    package let toClient: UInt32

    package init(toServer: UInt32, toClient: UInt32) {
        self.toServer = toServer
        self.toClient = toClient
    }
}

extension BaseEpochs: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        toServer = try reader.read()
        toClient = try reader.read()
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(toServer)
        datagram.append(toClient)
    }
}

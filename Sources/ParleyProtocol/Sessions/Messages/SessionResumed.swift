package import ParleyDatagrams

/// A server's answer to a client that continues its session on another connection.
package struct SessionResumed: Hashable, Sendable, DatagramCodable {
    /// How many requests the server has received.
    package var requests: UInt64
    /// The server's part of the new keys; the client's is in its resume.
    package var random: SessionRandom
    /// The epochs in which the new keys begin.
    package var base: BaseEpochs
    /// The secret of the next resume. The one before is valid until the client has used this one.
    package var secret: ResumeSecret

    package init(requests: UInt64, random: SessionRandom, base: BaseEpochs, secret: ResumeSecret) {
        self.requests = requests
        self.random = random
        self.base = base
        self.secret = secret
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        requests = try reader.read()
        random = try reader.read()
        base = try reader.read()
        secret = try reader.read()
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(requests)
        random.encode(into: &datagram)
        base.encode(into: &datagram)
        secret.encode(into: &datagram)
    }
}

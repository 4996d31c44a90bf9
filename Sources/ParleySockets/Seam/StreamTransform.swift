/// What a connection does to its bytes on their way to and from the socket: TLS is one, and a plain
/// connection has none.
///
/// It is a machine without input and output: ciphertext goes in, plaintext comes out, and the other way
/// round. The connection moves the bytes. After each call there may be output, alerts and steps of a
/// handshake included, which is written even after a failure.
///
/// A transform belongs to one socket, and is used on that socket's loop only.
package protocol StreamTransform: AnyObject, Sendable {
    /// The stage of the stream.
    var stage: StreamStage { get }

    /// What the handshake established; nil before it has ended.
    var security: (any StreamSecurityDescription)? { get }

    /// Takes ciphertext from the peer. Plaintext that came before a failure is delivered.
    ///
    /// - Parameters:
    ///   - ciphertext: Any part of the peer's stream, in order.
    ///   - now: The time on the network's clock.
    ///   - scratch: Memory for plaintext; 16 KiB are best.
    ///   - deliver: Gets plaintext, in order, several times or not at all.
    func receive(
        _ ciphertext: Span<UInt8>, at now: NetworkInstant, scratch: inout MutableSpan<UInt8>,
        deliver: (Span<UInt8>) -> Void
    ) throws(SecurityFailure)

    /// Records that the peer's stream has ended.
    ///
    /// - Throws: Where the peer did not say so first: the connection was lost, and the peer did not leave.
    func receiveEnd() throws(SecurityFailure)

    /// How many bytes `seal(_:)` takes now; 0 before the handshake has ended.
    var sealingCapacity: Int { get }

    /// Turns plaintext into output.
    ///
    /// - Returns: How many bytes were taken: at most `sealingCapacity`.
    func seal(_ plaintext: Span<UInt8>) throws(SecurityFailure) -> Int

    /// Queues the end of this direction behind what was sealed. Nothing more can be sealed.
    func finish()

    /// Whether `finish()` was called.
    var hasFinished: Bool { get }

    /// How many bytes of output wait for the socket.
    var outputCount: Int { get }

    /// Lends the output to a closure that writes it.
    func withOutput(_ write: (Span<UInt8>) -> WriteOutcome) -> WriteOutcome

    /// Drops output that has left.
    func consumeOutput(_ count: Int)
}

/// The stage of a stream under a transform.
package enum StreamStage: Sendable, Hashable {
    /// The handshake has not ended; nothing can be sealed.
    case handshaking
    /// Both directions are open.
    case established
    /// The peer has ended its direction in order. This end may still send.
    case finishedByPeer
    /// The stream is broken.
    case failed
}

/// What a handshake established, in the words of the module that made the transform.
package protocol StreamSecurityDescription: Sendable, CustomStringConvertible {}

/// Makes the transforms of the connections that a listener accepts.
package protocol StreamTransformFactory: AnyObject, Sendable {
    /// The transform of one more connection. It takes little memory before the first byte.
    func makeTransform() -> any StreamTransform

    /// The listener has ended and accepts no more. Called once, on its loop.
    func listenerEnded()
}

extension StreamTransform {
    /// Writes the output, as far as the socket takes it.
    ///
    /// - Returns: The outcome of the last write; nil where there was nothing to write.
    @discardableResult
    func writeOutput(to port: any StreamPort) -> WriteOutcome? {
        var outcome: WriteOutcome?
        while outputCount > 0 {
            let result = withOutput { port.write($0) }
            outcome = result
            guard case .wrote(let count) = result else { break }
            consumeOutput(count)
        }
        return outcome
    }
}

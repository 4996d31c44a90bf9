public import ParleySecurity
public import ParleySockets

/// TLS as the transform of a connection: a `TLSEngine` in the terms of the sockets.
package final class TLSStream: StreamTransform {
    private let engine: TLSEngine

    /// The transform that this engine does.
    package init(_ engine: TLSEngine) {
        self.engine = engine
    }

    package var stage: StreamStage {
        switch engine.state {
        case .handshaking: .handshaking
        case .established: .established
        case .finishedByPeer: .finishedByPeer
        case .failed: .failed
        }
    }

    package var security: (any StreamSecurityDescription)? { engine.peer }

    package func receive(
        _ ciphertext: Span<UInt8>, at now: NetworkInstant, scratch: inout MutableSpan<UInt8>,
        deliver: (Span<UInt8>) -> Void
    ) throws(SecurityFailure) {
        do throws(TLSError) {
            try engine.receive(
                ciphertext, at: .nanoseconds(now.nanoseconds), scratch: &scratch, deliver: deliver)
        } catch {
            throw SecurityFailure(error)
        }
    }

    package func receiveEnd() throws(SecurityFailure) {
        do throws(TLSError) { try engine.receiveEnd() } catch { throw SecurityFailure(error) }
    }

    package var sealingCapacity: Int { engine.sealingCapacity }

    package func seal(_ plaintext: Span<UInt8>) throws(SecurityFailure) -> Int {
        do throws(TLSError) {
            return try engine.seal(plaintext)
        } catch {
            throw SecurityFailure(error)
        }
    }

    package func finish() { engine.finish() }

    package var hasFinished: Bool { engine.hasFinished }

    package var outputCount: Int { engine.outputCount }

    package func withOutput(_ write: (Span<UInt8>) -> WriteOutcome) -> WriteOutcome {
        engine.withOutput(write)
    }

    package func consumeOutput(_ count: Int) { engine.consumeOutput(count) }
}

extension TLSPeer: StreamSecurityDescription {}

extension SecurityFailure {
    /// The failure that an error of TLS is.
    init(_ error: TLSError) {
        self.init(error, isLostConnection: error == .truncated)
    }

    /// The error of TLS, for a program that decides by it: `unknownServer(offered:)`, say.
    public var tls: TLSError? { error as? TLSError }
}

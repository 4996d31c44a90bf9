import ParleySecurity
import ParleySessions
import ParleySockets
import Testing

/// TLS in the terms of the sockets.
@Suite struct TLSStreamTests {
    private func serverStream() throws -> TLSStream {
        let identity = try TLSIdentity(
            generatedFor: TLSIdentity.loopbackNames, validFrom: TLSIdentity.epoch,
            until: TLSIdentity.never)
        return TLSStream(TLSEngine(accepting: try TLSServerContext(identity: identity)))
    }

    @Test func aFailureKeepsItsErrorAndItsSentence() throws {
        let stream = try serverStream()
        let request = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        var memory = [UInt8](repeating: 0, count: 16384)
        var scratch = memory.mutableSpan
        var failure: SecurityFailure?
        do throws(SecurityFailure) {
            try stream.receive(
                request.span, at: NetworkInstant(nanoseconds: 0), scratch: &scratch
            ) { _ in Issue.record("there is no plaintext") }
        } catch { failure = error }
        #expect(failure?.tls == .plainHTTP)
        #expect(failure?.description == TLSError.plainHTTP.description)
        #expect(failure?.isLostConnection == false)
        #expect(stream.stage == .failed)
    }

    @Test func nothingIsSealedBeforeTheHandshake() throws {
        let stream = try serverStream()
        #expect(stream.stage == .handshaking)
        #expect(stream.sealingCapacity == 0)
        #expect(try stream.seal([1, 2, 3].span) == 0)
        #expect(stream.security == nil)
    }
}

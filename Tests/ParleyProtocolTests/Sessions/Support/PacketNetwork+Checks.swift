import ParleyProtocol
import Testing

extension PacketNetwork {
    /// Expects that none of the invariants was broken.
    ///
    /// - Parameter wrongKeys: Whether packets under a secret that was replaced before it was used may fail.
    func expectInvariants(
        wrongKeys: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(violations.prefix(5) == [], sourceLocation: sourceLocation)
        for end in [client, server] {
            #expect(end.repeatedNonces == 0, "a nonce twice", sourceLocation: sourceLocation)
            if !wrongKeys {
                #expect(end.wrongKeys == 0, "a wrong key", sourceLocation: sourceLocation)
            }
            #expect(end.drops[.malformed] == 0, sourceLocation: sourceLocation)
            #expect(end.drops[.unknownSession] == 0, sourceLocation: sourceLocation)
        }
    }
}

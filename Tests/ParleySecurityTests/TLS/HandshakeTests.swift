import ParleySecurity
import Testing

/// Two engines that are connected by memory.
@Suite struct HandshakeTests {
    @Test func bothEndsHearEachOther() throws {
        let pair = try EnginePair()
        try pair.handshake()
        try pair.client.say("hello")
        try pair.server.say("welcome")
        try pair.settle()
        #expect(pair.server.text == "hello" && pair.client.text == "welcome")
        let peer = try #require(pair.client.engine.peer)
        #expect(peer.cipher == "TLS_AES_128_GCM_SHA256" && peer.verification == .publicKey)
        #expect(pair.server.engine.peer?.verification == TLSPeer.Verification.none)
        #expect(pair.server.engine.peer?.key == nil)
        let isReadable = pair.transcript.split(separator: UInt8(ascii: "h"))
            .contains { $0.starts(with: "ello".utf8) }
        #expect(!isReadable)
    }

    @Test func bytesMayComeOneByOne() throws {
        let pair = try EnginePair()
        func drip() throws {
            while true {
                let (up, down) = (pair.client.takeOutput(), pair.server.takeOutput())
                if up.isEmpty && down.isEmpty { return }
                for byte in up { try pair.server.receive([byte]) }
                for byte in down { try pair.client.receive([byte]) }
            }
        }
        try drip()
        try pair.client.say("hello")
        try drip()
        #expect(pair.server.text == "hello")
    }

    @Test func dataBehindTheHandshakeIsDelivered() throws {
        let pair = try EnginePair()
        try pair.server.receive(pair.client.takeOutput())
        try pair.client.receive(pair.server.takeOutput())
        #expect(pair.client.engine.state == .established)
        try pair.client.say("at once")
        // The client's Finished and its first record arrive together.
        try pair.server.receive(pair.client.takeOutput())
        #expect(pair.server.text == "at once")
    }

    @Test func largeDataTravelsInParts() throws {
        let pair = try EnginePair()
        try pair.handshake()
        let text = String(repeating: "0123456789", count: 20_000)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let capacity = pair.client.engine.sealingCapacity
            let count = try pair.client.engine.seal(Array(rest).span)
            #expect(count == min(capacity, rest.count))
            rest = rest.dropFirst(count)
            #expect(try pair.client.engine.seal(Array(rest).span) == 0 || rest.isEmpty)
            try pair.settle()
        }
        #expect(pair.server.text == text)
    }

    @Test func aServerTakesNoMemoryInOpenSSLForSilence() throws {
        let context = try TLSServerContext(identity: TLSIdentity())
        let engine = Endpoint(TLSEngine(accepting: context))
        try engine.receive([])
        #expect(engine.engine.outputCount == 0 && engine.engine.state == .handshaking)
        #expect(engine.engine.sealingCapacity == 0)
    }

    @Test func aGoodbyeIsNoLostConnection() throws {
        let pair = try EnginePair()
        try pair.handshake()
        try pair.client.say("bye")
        pair.client.engine.finish()
        #expect(pair.client.engine.sealingCapacity == 0)
        try pair.settle()
        #expect(pair.server.text == "bye")
        #expect(pair.server.engine.state == .finishedByPeer)
        try pair.server.engine.receiveEnd()
        // The other direction is still open.
        try pair.server.say("see you")
        try pair.settle()
        #expect(pair.client.text == "see you")
        #expect(throws: TLSError.truncated) { try pair.client.engine.receiveEnd() }
    }

    @Test func aCutIsNoGoodbye() throws {
        let pair = try EnginePair()
        #expect(throws: TLSError.endedInHandshake) { try pair.client.engine.receiveEnd() }
        let other = try EnginePair()
        try other.handshake()
        #expect(throws: TLSError.truncated) { try other.server.engine.receiveEnd() }
        #expect(other.server.engine.state == .failed(.truncated))
    }

    @Test func keysAreChangedOften() throws {
        var limits = TLSEngine.Limits()
        limits.recordsPerKey = 10
        let pair = try EnginePair(limits: limits)
        try pair.handshake()
        for turn in 0..<100 {
            pair.server.now = .seconds(turn)
            try pair.client.say("x")
            try pair.settle()
        }
        #expect(pair.server.text.count == 100)
    }
}

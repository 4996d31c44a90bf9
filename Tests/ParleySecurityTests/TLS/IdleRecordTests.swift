import ParleySecurity
import Testing

/// What OpenSSL itself would accept without end.
@Suite struct IdleRecordTests {
    private func pair() throws -> EnginePair {
        let pair = try EnginePair()
        try pair.handshake()
        return pair
    }

    @Test func eightKeyUpdatesInARowAreEnough() throws {
        let pair = try pair()
        for _ in 0..<8 { try pair.client.engine.updateKeys() }
        try pair.settle()
        try pair.client.say("still here")
        try pair.settle()
        #expect(pair.server.text == "still here")
        pair.server.now = .seconds(3_600)
        for _ in 0..<9 { try pair.client.engine.updateKeys() }
        #expect(throws: TLSError.idleRecords) { try pair.server.receive(pair.client.takeOutput()) }
    }

    @Test func oneKeyUpdateASecondIsAllowed() throws {
        let pair = try pair()
        for second in 0..<60 {
            (pair.server.now, pair.client.now) = (.seconds(second), .seconds(second))
            try pair.client.engine.updateKeys()
            try pair.client.say("x")
            try pair.server.say("y")
            try pair.settle()
        }
        #expect(pair.server.text.count == 60)
    }

    @Test func moreKeyUpdatesThanSecondsAreNot() throws {
        let pair = try pair()
        var count = 0
        let error = #expect(throws: TLSError.self) {
            for _ in 0..<60 {
                try pair.client.engine.updateKeys()
                try pair.client.say("x")
                try pair.server.receive(pair.client.takeOutput())
                count += 1
            }
        }
        #expect(error == .idleRecords)
        #expect(count == 8)
    }

    @Test func answersToKeyUpdatesAreBounded() throws {
        let pair = try pair()
        for _ in 0..<8 { try pair.client.engine.updateKeys() }
        try pair.server.receive(pair.client.takeOutput())
        #expect(pair.server.engine.outputCount <= 8 * 64)
    }
}

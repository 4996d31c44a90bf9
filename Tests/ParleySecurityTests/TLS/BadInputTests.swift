import ParleySecurity
import Testing

/// A peer's bytes: whatever they are, the engine throws or goes on.
@Suite struct BadInputTests {
    private func server(_ limits: TLSEngine.Limits = TLSEngine.Limits()) throws -> Endpoint {
        Endpoint(
            TLSEngine(accepting: try TLSServerContext(identity: TLSIdentity()), limits: limits))
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST / HTTP/1.1\r\n\r\n"])
    func plainHTTPIsNamed(request: String) throws {
        let server = try server()
        #expect(throws: TLSError.plainHTTP) { try server.receive(Array(request.utf8)) }
    }

    @Test(arguments: [
        Array("hello, is this the arena?".utf8), [UInt8](repeating: 0, count: 64),
        [UInt8](repeating: 255, count: 64), hex("0500 6865 6c6c 6f00 0000"),
    ])
    func garbageIsNoTLS(bytes: [UInt8]) throws {
        let server = try server()
        #expect(throws: TLSError.notTLS) { try server.receive(bytes) }
        // What failed once stays so.
        #expect(throws: TLSError.notTLS) { try server.receive([22]) }
    }

    @Test func aHandshakeInDripsIsBounded() throws {
        let server = try server()
        // A ClientHello of 16,000 bytes in a record of its own for each 100 of them.
        var hello: [UInt8] =
            [22, 3, 1, 0, 100, 1, 0, 0x3E, 0x80] + [UInt8](repeating: 0, count: 96)
        for _ in 1..<160 { hello += [22, 3, 1, 0, 100] + [UInt8](repeating: 0, count: 100) }
        #expect(throws: TLSError.handshakeTooLong(limit: 16_384)) {
            for byte in hello + hello { try server.receive([byte]) }
        }
        #expect(server.engine.peer == nil)
    }

    /// OpenSSL would take the memory that a message announces, up to 128 KiB for a ClientHello.
    @Test(arguments: [
        hex("16 0301 0010 01 004001 0303"), hex("16 0301 4000 01 FFFFFF 0303"),
        // The message's own length in pieces, and a second message behind a first one.
        hex("16 0301 0001 01 16 0301 0003 FFFFFF"), hex("16 0301 0002 01 00 16 0301 0002 4001"),
        hex("16 0301 000E 01 000002 0303 01 FFFFFF 0303 0000"),
    ])
    func announcedMemoryIsNotTaken(hello: [UInt8]) throws {
        let server = try server()
        #expect(throws: TLSError.handshakeTooLong(limit: 16_384)) { try server.receive(hello) }
        let other = try self.server()
        #expect(throws: TLSError.handshakeTooLong(limit: 16_384)) {
            for byte in hello { try other.receive([byte]) }
        }
    }

    @Test func aHandshakeHasALimit() throws {
        var limits = TLSEngine.Limits()
        limits.handshakeCount = 300
        let server = try server(limits)
        let client = try EnginePair().client
        let hello = client.takeOutput()
        try server.receive(Array(hello.prefix(200)))
        // Records of a ChangeCipherSpec are allowed in a handshake, one of them; drips of one are not.
        #expect(throws: TLSError.self) {
            try server.receive(Array(hello.dropFirst(200)))
            for _ in 0..<200 { try server.receive([20, 3, 3, 0, 1, 1]) }
        }
    }

    @Test func everyCutOfAHandshakeIsALostConnection() throws {
        let identity = try TLSIdentity()
        let whole = try EnginePair(identity: identity)
        let hello = whole.client.takeOutput()
        for count in 0..<hello.count {
            let pair = try EnginePair(identity: identity)
            try pair.server.receive(Array(pair.client.takeOutput().prefix(count)))
            #expect(pair.server.engine.outputCount == 0)
            #expect(throws: TLSError.endedInHandshake) { try pair.server.engine.receiveEnd() }
        }
        try whole.server.receive(hello)
        let answer = whole.server.takeOutput()
        for count in stride(from: 0, to: answer.count - 8, by: 7) {
            let pair = try EnginePair(identity: identity)
            try pair.server.receive(pair.client.takeOutput())
            try pair.client.receive(Array(pair.server.takeOutput().prefix(count)))
            #expect(pair.client.engine.sealingCapacity == 0)
            #expect(throws: TLSError.endedInHandshake) { try pair.client.engine.receiveEnd() }
        }
    }

    /// The bytes of a flight that no reader of TLS 1.3 judges: the versions in the records' headers.
    private func isVersion(_ index: Int, of flight: [UInt8]) -> Bool {
        var start = 0
        while start + 5 <= flight.count {
            if (start + 1...start + 2).contains(index) { return true }
            start += 5 + Int(flight[start + 3]) << 8 + Int(flight[start + 4])
        }
        return false
    }

    /// Runs a handshake in which one bit of one flight changes. Returns whether both ends believe it.
    private func believes(
        _ fraction: Double, of flight: Int, _ identity: TLSIdentity
    ) throws -> Bool {
        let pair = try EnginePair(identity: identity)
        var isJudged = true
        do throws(TLSError) {
            for turn in 0..<3 {
                var bytes = turn == 1 ? pair.server.takeOutput() : pair.client.takeOutput()
                if turn == flight {
                    let bit = Int(fraction * Double(bytes.count * 8))
                    isJudged = !isVersion(bit / 8, of: bytes)
                    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                }
                try (turn == 1 ? pair.client : pair.server).receive(bytes)
            }
        } catch {
            #expect("\(error)".utf8.count > 8)
            return false
        }
        return isJudged && pair.server.engine.state == .established
            && pair.client.engine.state == .established
    }

    @Test(arguments: 0..<3) func everyFlippedBitOfAHandshakeIsFound(flight: Int) throws {
        let identity = try TLSIdentity()
        let count = 400
        for number in 0..<count {
            let fraction = (Double(number) + 0.5) / Double(count)
            let isBelieved = try believes(fraction, of: flight, identity)
            #expect(!isBelieved, "\(fraction) of flight \(flight)")
        }
    }

    @Test func everyFlippedBitOfARecordIsFound() throws {
        let identity = try TLSIdentity()
        for bit in 0..<8 * 27 {
            let pair = try EnginePair(identity: identity)
            try pair.handshake()
            try pair.client.say("hello")
            var record = pair.client.takeOutput()
            try #require(record.count == 27)
            record[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = #expect(throws: TLSError.self, "bit \(bit)") {
                try pair.server.receive(record)
                try pair.server.engine.receiveEnd()
            }
            // A longer record is waited for, until the end comes.
            #expect(bit / 8 < 5 || error == .corruptRecord, "bit \(bit)")
            #expect(pair.server.text.isEmpty, "bit \(bit)")
        }
    }

    @Test func aReplayedRecordIsFound() throws {
        let pair = try EnginePair()
        try pair.handshake()
        try pair.client.say("once")
        let record = pair.client.takeOutput()
        try pair.server.receive(record)
        #expect(throws: TLSError.corruptRecord) { try pair.server.receive(record) }
        #expect(pair.server.text == "once")
    }
}

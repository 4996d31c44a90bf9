import ParleySecurity
import TestNetworks
import Testing

@Suite struct RandomNonceSealerTests {
    /// GCM's test cases 13 to 16 (McGrew and Viega, in NIST's submission): AES-256.
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
        var nonce = "cafebabefacedbaddecaf888"
        var header = ""
        let plaintext, sealed: String
    }

    private static let zeros = String(repeating: "0", count: 64)
    private static let text =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    private static let sealed =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

    static let vectors = [
        Vector(
            testDescription: "test case 13", key: zeros, nonce: String(zeros.prefix(24)),
            plaintext: "", sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            testDescription: "test case 14", key: zeros, nonce: String(zeros.prefix(24)),
            plaintext: String(zeros.prefix(32)),
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            testDescription: "test case 15", plaintext: text + "1aafd255",
            sealed: sealed + "898015adb094dac5d93471bdec1a502270e3cc6c"),
        Vector(
            testDescription: "test case 16",
            header: "feedfacedeadbeeffeedfacedeadbeefabaddad2", plaintext: text,
            sealed: sealed + "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test(arguments: vectors) func sealsAndOpens(vector: Vector) throws {
        let sealer = RandomNonceSealer(key: Secret(hex(vector.key)))
        let (header, plaintext) = (hex(vector.header), hex(vector.plaintext))
        let sealed = try sealer.seal(
            plaintext.span, context: header.span, nonce: hex(vector.nonce))
        #expect(sealed == hex(vector.nonce) + hex(vector.sealed))
        #expect(sealer.open(sealed.span, context: header.span) == plaintext)
    }

    @Test func everyChangeIsFound() throws {
        let sealer = RandomNonceSealer(key: Secret(randomCount: 32))
        let (plain, context): ([UInt8], [UInt8]) = ([1, 2, 3], [4])
        let sealed = try sealer.seal(plain.span, context: context.span)
        #expect(sealed.count == plain.count + RandomNonceSealer.overhead)
        #expect(sealer.open(sealed.span, context: context.span) == plain)
        for index in sealed.indices {
            var forged = sealed
            forged[index] ^= 1
            #expect(sealer.open(forged.span, context: context.span) == nil)
            #expect(sealer.open(Array(sealed[..<index]).span, context: context.span) == nil)
        }
        #expect(sealer.open(sealed.span, context: [5].span) == nil)
        let other = RandomNonceSealer(key: Secret(randomCount: 32))
        #expect(other.open(sealed.span, context: context.span) == nil)
    }

    @Test func noncesDiffer() throws {
        let sealer = RandomNonceSealer(key: Secret(randomCount: 32))
        var nonces: Set<[UInt8]> = []
        for _ in 0..<100 {
            nonces.insert(Array(try sealer.seal([0].span, context: [0].span).prefix(12)))
        }
        #expect(nonces.count == 100)
    }

    @Test func anExhaustedKeySealsNoMore() throws {
        let sealer = RandomNonceSealer(key: Secret(randomCount: 32), limit: 2)
        let sealed = try sealer.seal([7].span, context: [0].span)
        _ = try sealer.seal([7].span, context: [0].span)
        #expect(throws: SealingError.keyExhausted(afterPackets: 2)) {
            try sealer.seal([7].span, context: [0].span)
        }
        #expect(sealer.open(sealed.span, context: [0].span) == [7])
    }
}

@Suite struct KeyRingTests {
    @Test func theNewestKeySealsAndAllOpen() throws {
        let old = Secret(randomCount: 32)
        let new = Secret(randomCount: 32)
        let before = KeyRing([3: RandomNonceSealer(key: old)])
        let after = KeyRing([3: RandomNonceSealer(key: old), 4: RandomNonceSealer(key: new)])
        let late = try before.seal([1, 2], domain: "a")
        #expect(late.prefix(4) == [3, 0, 0, 0] && late.count == 2 + KeyRing.overhead)
        #expect(after.open(late, domain: "a") == [1, 2])
        let early = try after.seal([3], domain: "a")
        #expect(early.prefix(4) == [4, 0, 0, 0])
        #expect(before.open(early, domain: "a") == nil, "a key that is not known")
        // Nothing passes for another key's, or for something of another domain.
        #expect(after.open([3] + early.dropFirst(), domain: "a") == nil)
        #expect(after.open(early, domain: "b") == nil)
        #expect(after.open([], domain: "a") == nil)
    }

    @Test func keptKeysStayTheSame() throws {
        let folder = try Folder()
        let path = folder.path("keys")
        let first = try KeyRing(keptIn: path)
        #expect(try folder.mode(of: "keys") == 0o600)
        let sealed = try first.seal([9], domain: "a")
        #expect(try KeyRing(keptIn: path).open(sealed, domain: "a") == [9])
        let text = try folder.text(of: "keys")
        #expect(text.wholeMatch(of: /1 [0-9a-f]{64}\n/) != nil)
        // The end of the last line may be missing.
        let other = try folder.write(String(text.dropLast()), to: "other")
        #expect(try KeyRing(keptIn: other).open(sealed, domain: "a") == [9])
    }

    @Test func rotationKeepsTheNewestKeys() throws {
        let folder = try Folder()
        let path = folder.path("keys")
        let sealed = try KeyRing(keptIn: path).seal([9], domain: "a")
        try KeyRing.rotate(fileAt: path)
        let ring = try KeyRing(keptIn: path)
        #expect(ring.numbers == [1, 2] && ring.open(sealed, domain: "a") == [9])
        #expect(try ring.seal([9], domain: "a").first == 2)
        try KeyRing.rotate(fileAt: path)
        try KeyRing.rotate(fileAt: path)
        let late = try KeyRing(keptIn: path)
        #expect(late.numbers == [2, 3, 4] && late.open(sealed, domain: "a") == nil)
        #expect(try folder.mode(of: "keys") == 0o600)
        #expect(throws: KeyRingError.self) { try KeyRing.rotate(fileAt: folder.path("none")) }
    }

    @Test(arguments: [0o640, 0o604])
    func keptKeysMustNotBeOpenToOthers(mode: Int) throws {
        let folder = try Folder()
        let line = "1 " + String(repeating: "0a", count: 32)
        let path = try folder.write(line, to: "keys", mode: mode)
        #expect(throws: KeyRingError.file(.exposed(path: path, mode: UInt32(mode)))) {
            try KeyRing(keptIn: path)
        }
    }

    static let digits = String(repeating: "0a", count: 32)

    @Test(arguments: [
        "", "\n", "1", "1 ", " \(digits)", "1 \(digits.dropLast())", "1 \(digits)0", "x \(digits)",
        "1 \(digits)\n\n", "1 \(digits)\n1 \(digits)\n", "4294967296 \(digits)",
        "1 \(digits.uppercased())", "-1 \(digits)", "1 \(digits) \n",
    ])
    func aDamagedFileIsRefusedAndStays(text: String) throws {
        let folder = try Folder()
        let path = try folder.write(text, to: "keys")
        #expect(throws: KeyRingError.damaged(path: path)) { try KeyRing(keptIn: path) }
        #expect(throws: KeyRingError.damaged(path: path)) { try KeyRing.rotate(fileAt: path) }
        #expect(try folder.text(of: "keys") == text)
    }

    @Test func aFileHasAtMostSixteenKeys() throws {
        let folder = try Folder()
        let lines = (1...17).map { "\($0) \(Self.digits)\n" }
        let most = try folder.write(lines.prefix(16).joined(), to: "most")
        #expect(try KeyRing(keptIn: most).numbers == Array(1...16))
        let many = try folder.write(lines.joined(), to: "many")
        #expect(throws: KeyRingError.self) { try KeyRing(keptIn: many) }
    }

    @Test func nothingShowsTheKeys() throws {
        let folder = try Folder()
        let path = try folder.write("7 \(Self.digits)\n", to: "keys")
        let ring = try KeyRing(keptIn: path)
        var dumped = ""
        dump(ring, to: &dumped)
        for text in [
            "\(ring)", String(reflecting: ring), dumped, "\(KeyRingError.damaged(path: path))",
        ] {
            #expect(!text.contains("0a0a") && !text.contains("10, 10"))
        }
    }
}

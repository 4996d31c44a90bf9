import ParleySecurity
import Testing

/// Published vectors of both ciphers.
@Suite struct AEADVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let cipher: AEADCipher
        let key, iv, header, plaintext, sealed: String
        var number: UInt64 = 0
    }

    private static let gcmKey = "feffe9928665731c6d6a8f9467308308"
    private static let gcmText =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    private static let gcmSealed =
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"

    static let vectors = [
        Vector(
            testDescription: "GCM, test case 1 of McGrew and Viega", cipher: .aes128GCM,
            key: String(repeating: "0", count: 32), iv: String(repeating: "0", count: 24),
            header: "", plaintext: "", sealed: "58e2fccefa7e3061367f1d57a4e7455a"),
        Vector(
            testDescription: "GCM, test case 2", cipher: .aes128GCM,
            key: String(repeating: "0", count: 32), iv: String(repeating: "0", count: 24),
            header: "", plaintext: String(repeating: "0", count: 32),
            sealed: "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"),
        Vector(
            testDescription: "GCM, test case 3", cipher: .aes128GCM, key: gcmKey,
            iv: "cafebabefacedbaddecaf888", header: "", plaintext: gcmText + "1aafd255",
            sealed: gcmSealed + "473f59854d5c2af327cd64a62cf35abd2ba6fab4"),
        Vector(
            testDescription: "GCM, test case 4", cipher: .aes128GCM, key: gcmKey,
            iv: "cafebabefacedbaddecaf888", header: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            plaintext: gcmText, sealed: gcmSealed + "5bc94fbc3221a5db94fae95ae7121a47"),
        Vector(
            testDescription: "RFC 8439, 2.8.2", cipher: .chaCha20Poly1305,
            key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            iv: "070000004041424344454647", header: "50515253c0c1c2c3c4c5c6c7",
            plaintext: "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
                + "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
                + "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
                + "637265656e20776f756c642062652069742e",
            sealed: "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                + "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"),
        Vector(
            testDescription: "RFC 9001, A.5: the packet number in the nonce",
            cipher: .chaCha20Poly1305,
            key: "c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8",
            iv: "e0459b3474bdd0e44a41c144", header: "4200bff4", plaintext: "01",
            sealed: "655e5cd55c41f69080575d7999c25a5bfb", number: 654_360_564),
    ]

    @Test(arguments: vectors) func sealsAndOpens(vector: Vector) throws {
        let key = Secret(hex(vector.key))
        let iv = Secret(hex(vector.iv))
        let (header, plaintext) = (hex(vector.header), hex(vector.plaintext))
        var sealing = SealingKey(cipher: vector.cipher, key: key, iv: iv)
        let packet = try sealing.sealed(header: header, plaintext, number: vector.number)
        #expect(packet == header + hex(vector.sealed))
        var opening = OpeningKey(cipher: vector.cipher, key: key, iv: iv)
        let opened = opening.opened(packet, headerCount: header.count, number: vector.number)
        #expect(opened == plaintext)
    }
}

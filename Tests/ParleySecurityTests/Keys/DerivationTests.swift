import ParleySecurity
import Testing

@Suite struct DerivationTests {
    struct Vector: Sendable {
        let input, salt, info, key, output: String
    }

    /// Test cases 1 to 3 of RFC 5869, appendix A.
    static let vectors = [
        Vector(
            input: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
            salt: "000102030405060708090a0b0c",
            info: "f0f1f2f3f4f5f6f7f8f9",
            key: "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865"),
        Vector(
            input: (0x00...0x4F).map(byteText).joined(),
            salt: (0x60...0xAF).map(byteText).joined(), info: (0xB0...0xFF).map(byteText).joined(),
            key: "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
            output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                + "cc30c58179ec3e87c14c01d5c1f3434f1d87"),
        Vector(
            input: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", salt: "", info: "",
            key: "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                + "9d201395faa4b61a96c8"),
    ]

    private static func byteText(_ byte: Int) -> String {
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }

    @Test(arguments: vectors) func agreesWithRFC5869(vector: Vector) {
        let key = HKDF.extract(salt: hex(vector.salt).span, input: hex(vector.input).span)
        #expect(key.copy == hex(vector.key))
        let output = hex(vector.output)
        let derived = HKDF.expand(key, info: hex(vector.info).span, count: output.count)
        #expect(derived.copy == output)
    }

    @Test func agreesWithFIPS180() {
        #expect(
            digest("abc") == hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        )
        #expect(
            digest("") == hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    }

    struct Epoch: Sendable {
        let direction: TrafficDirection
        let cipher: AEADCipher
        let epoch: Int
        let key, iv: String
    }

    /// Made by Python's `hmac` from the formulas of ``TrafficSecret``.
    static let epochs = [
        Epoch(
            direction: .toServer, cipher: .aes128GCM, epoch: 0,
            key: "43446d1d4ead76650e576eef7a4d0f62", iv: "f4a328c212e3652bc7ab69ed"),
        Epoch(
            direction: .toServer, cipher: .aes128GCM, epoch: 1,
            key: "b90d65007056afd5e83671de2673d64d", iv: "b27bfaac9af4a9de1483a4ee"),
        Epoch(
            direction: .toClient, cipher: .aes128GCM, epoch: 0,
            key: "1cd0fcda3477b5ef8a80765b0027279b", iv: "b7037635ec84610d427ee306"),
        Epoch(
            direction: .toClient, cipher: .chaCha20Poly1305, epoch: 1,
            key: "ae53aed5fa15af5fac9a29bdeb723c14fe3a038be8fc5d9bb851a9b7ae646187",
            iv: "0fe308795a52fb19fd454652"),
    ]

    @Test(arguments: epochs) func directionsAndEpochsHaveTheirKeys(epoch: Epoch) throws {
        var secret = TrafficSecret(
            clientRandom: Array(0..<32).span, serverRandom: Array(32..<64).span,
            direction: epoch.direction, session: 0x0102_0304, cipher: epoch.cipher)
        for _ in 0..<epoch.epoch { secret.ratchet() }
        var sealing = secret.sealingKey()
        let packet = try sealing.sealed(header: [1], [2, 3], number: 4)
        var known = SealingKey(
            cipher: epoch.cipher, key: Secret(hex(epoch.key)), iv: Secret(hex(epoch.iv)))
        #expect(try packet == known.sealed(header: [1], [2, 3], number: 4))
        var opening = secret.openingKey()
        #expect(opening.opened(packet, headerCount: 1, number: 4) == [2, 3])
        secret.ratchet()
        var later = secret.openingKey()
        #expect(later.opened(packet, headerCount: 1, number: 4) == nil)
    }

    private func digest(_ text: String) -> [UInt8] {
        SHA256.digest(of: Array(text.utf8).span)
    }

    private func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        ConstantTime.isEqual(left.span, right.span)
    }

    @Test func comparesBytes() {
        let bytes: [UInt8] = [1, 2, 3]
        #expect(isEqual(bytes, [1, 2, 3]))
        #expect(!isEqual(bytes, [1, 2, 4]))
        #expect(!isEqual(bytes, [1, 2]))
        #expect(isEqual([], []))
        let secret = Secret([1, 2])
        let (isSame, isOther) = (
            secret.isEqual(to: Secret([1, 2])), secret.isEqual(to: Secret([1, 3]))
        )
        #expect(isSame && !isOther)
    }
}

import Foundation
import ParleySecurity
import TestNetworks
import Testing

@Suite struct IdentityTests {
    @Test func eachGeneratedIdentityHasItsOwnKey() throws {
        let (first, second) = (try TLSIdentity(), try TLSIdentity())
        #expect(first.pin != second.pin)
        #expect(PublicKeyPin(first.pin.description) == first.pin)
        #expect(first.certificatesPEM.hasPrefix("-----BEGIN CERTIFICATE-----"))
        #expect(!first.certificatesPEM.contains("PRIVATE"))
    }

    @Test func aKeptIdentityStaysTheSame() throws {
        let folder = try Folder()
        let first = try TLSIdentity(keptIn: folder.path("server.pem"))
        #expect(try folder.mode(of: "server.pem") == 0o600)
        let second = try TLSIdentity(keptIn: folder.path("server.pem"))
        #expect(second.pin == first.pin)
        #expect(try first.reloaded().pin == first.pin)
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644])
    func aKeptIdentityMustNotBeOpenToOthers(mode: Int) throws {
        let folder = try Folder()
        let path = folder.path("server.pem")
        _ = try TLSIdentity(keptIn: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: TLSIdentityError.file(.exposed(path: path, mode: UInt32(mode)))) {
            try TLSIdentity(keptIn: path)
        }
    }

    /// The two files of an identity, as a service has them.
    private func files(_ folder: borrowing Folder, keyMode: Int) throws -> (
        String, String, TLSIdentity
    ) {
        let identity = try TLSIdentity(keptIn: folder.path("both.pem"))
        let both = try folder.text(of: "both.pem")
        let end = try #require(both.range(of: "-----BEGIN CERTIFICATE-----")).lowerBound
        let key = try folder.write(String(both[..<end]), to: "key.pem", mode: keyMode)
        let certificate = try folder.write(
            identity.certificatesPEM, to: "certificate.pem", mode: 0o644)
        return (certificate, key, identity)
    }

    @Test(arguments: [(0o600, true), (0o640, true), (0o644, false), (0o660, false), (0o666, false)])
    func aKeyFileMayBeReadByItsGroupAtMost(mode: Int, isAccepted: Bool) throws {
        let folder = try Folder()
        let (certificate, key, identity) = try files(folder, keyMode: mode)
        if isAccepted {
            #expect(try TLSIdentity(certificates: certificate, key: key).pin == identity.pin)
        } else {
            #expect(throws: TLSIdentityError.file(.exposed(path: key, mode: UInt32(mode)))) {
                try TLSIdentity(certificates: certificate, key: key)
            }
        }
    }

    @Test func brokenFilesAreToldApart() throws {
        let folder = try Folder()
        let (certificate, key, identity) = try files(folder, keyMode: 0o600)
        let empty = try folder.write("nothing\n", to: "empty.pem")
        let other = folder.path("other.pem")
        _ = try TLSIdentity(keptIn: other)
        #expect(throws: TLSIdentityError.noCertificate) {
            try TLSIdentity(certificates: empty, key: key)
        }
        #expect(throws: TLSIdentityError.noKey) {
            try TLSIdentity(certificates: certificate, key: empty)
        }
        #expect(throws: TLSIdentityError.keyOfAnotherCertificate) {
            try TLSIdentity(certificates: certificate, key: other)
        }
        #expect(throws: TLSIdentityError.file(.notAFile(path: folder.path("")))) {
            try TLSIdentity(certificates: folder.path(""), key: key)
        }
        #expect(throws: TLSIdentityError.chainTooLong) {
            let chain = String(repeating: identity.certificatesPEM, count: 20)
            _ = try TLSIdentity(
                certificates: folder.write(chain, to: "chain.pem"), key: key)
        }
        #expect(throws: TLSIdentityError.self) {
            try TLSIdentity(certificates: folder.path("missing.pem"), key: key)
        }
        let large = try folder.write(String(repeating: "x", count: 1 << 20 + 1), to: "large.pem")
        #expect(throws: TLSIdentityError.file(.tooLarge(path: large, limit: 1 << 20))) {
            try TLSIdentity(certificates: large, key: key)
        }
    }

    /// The key of "openssl pkcs8 -topk8 -v2 aes-128-cbc": a password would be asked for.
    @Test func aKeyWithAPasswordIsRefusedWithoutAsking() throws {
        let folder = try Folder()
        let (certificate, _, _) = try files(folder, keyMode: 0o600)
        let key = try folder.write(Self.encryptedKey, to: "encrypted.pem")
        #expect(throws: TLSIdentityError.encryptedKey) {
            try TLSIdentity(certificates: certificate, key: key)
        }
    }

    @Test func aReloadKeepsWhatItHasWhereTheFilesBreak() throws {
        let folder = try Folder()
        let (certificate, key, _) = try files(folder, keyMode: 0o600)
        let identity = try TLSIdentity(certificates: certificate, key: key)
        let pair = try EnginePair(identity: identity)
        _ = try folder.write("broken", to: "certificate.pem")
        #expect(throws: TLSIdentityError.noCertificate) { try identity.reloaded() }
        try pair.handshake()
        let renewed = try TLSIdentity(keptIn: folder.path("renewed.pem"))
        let pem = try folder.text(of: "renewed.pem")
        _ = try folder.write(pem, to: "certificate.pem")
        _ = try folder.write(pem, to: "key.pem")
        #expect(try identity.reloaded().pin == renewed.pin)
    }

    @Test(arguments: [
        "", "a b", "a,IP:1.2.3.4", "x\0y", "ü", "a/b", "1", "10.0.0", "256.1.1.1", "::1::",
        "fe80::1%2", String(repeating: "a", count: 64),
    ])
    func namesAreNamesAndNothingElse(name: String) {
        #expect(throws: TLSIdentityError.invalidName(name)) {
            try TLSIdentity(generatedFor: [name])
        }
    }

    private static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgLA/S2BNPgWwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEMjPHWVfwLSxLRMpp4VfzdoEgZC6
        fBV0frS/4WLY8C0yJbllTNWkXycAstMzS9e7qbFFFEMXnS2UV2A6PXdCj7vzYoG6
        BX8f0bx81MvxwIDDcrnsPGaelbdZK0tM6jZfPQhN6+VZMTDTVJZyoxTJnw31NY49
        +9PX0a/ikIPofbuEVbJHnkTBlNYePvP6AYzNl5ZveLPfG+E3FELwTmNa1AmY7l4=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}

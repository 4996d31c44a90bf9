import Foundation
import ParleySecurity
import TestNetworks
import Testing

/// The authority of a realm, and what it issues.
@Suite struct RealmAuthorityTests {
    @Test func aKeptAuthorityStaysTheSame() throws {
        let folder = try Folder()
        let first = try RealmAuthority(keptIn: folder.path("authority.pem"))
        #expect(try folder.mode(of: "authority.pem") == 0o600)
        let second = try RealmAuthority(keptIn: folder.path("authority.pem"))
        #expect(second.certificatePEM == first.certificatePEM)
        #expect(!first.certificatePEM.contains("PRIVATE"))
        #expect(try RealmAuthority().certificatePEM != first.certificatePEM)
    }

    @Test(arguments: ["zone:north", "world:0", "supervisor", String(repeating: "a", count: 64)])
    func credentialsAreReadBack(name: String) throws {
        let folder = try Folder()
        let path = folder.path("server.pem")
        let authority = try RealmAuthority()
        try authority.issue("another").write(to: path)
        let issued = try authority.issue(name)
        try issued.write(to: path)
        #expect(try folder.mode(of: "server.pem") == 0o600)
        let read = try RealmCredentials(file: path)
        #expect(read == issued && read.name == name)
        #expect(try authority.issue(name) != issued)
        // The authority's key is in none of them.
        #expect(try folder.text(of: "server.pem").components(separatedBy: "PRIVATE KEY").count == 3)
        #expect(try folder.text(of: "server.pem").hasSuffix(authority.certificatePEM))
    }

    @Test(arguments: [0o640, 0o604, 0o660])
    func filesMustNotBeOpenToOthers(mode: Int) throws {
        let folder = try Folder()
        let path = folder.path("file.pem")
        let error = RealmError.identity(.file(.exposed(path: path, mode: UInt32(mode))))
        let authority = try RealmAuthority(keptIn: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: error) { try RealmAuthority(keptIn: path) }
        try authority.issue("zone:north").write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: error) { try RealmCredentials(file: path) }
    }

    @Test func filesOfAnotherKindAreRefused() throws {
        let folder = try Folder()
        let (own, other) = (folder.path("own.pem"), folder.path("other.pem"))
        let identity = folder.path("identity.pem")
        _ = try RealmAuthority(keptIn: own)
        _ = try TLSIdentity(keptIn: identity)
        #expect(throws: RealmError.notOfARealm(path: own)) { try RealmCredentials(file: own) }
        #expect(throws: RealmError.notOfARealm(path: identity)) {
            try RealmCredentials(file: identity)
        }
        #expect(throws: RealmError.notAnAuthority(path: identity)) {
            try RealmAuthority(keptIn: identity)
        }
        try RealmAuthority().issue("zone:north").write(to: other)
        #expect(throws: RealmError.notAnAuthority(path: other)) {
            try RealmAuthority(keptIn: other)
        }
        // The certificate of another authority, and a broken file.
        let pem = try folder.text(of: "other.pem")
        let end = try #require(pem.range(of: "-----BEGIN CERTIFICATE-----", options: .backwards))
        let swapped = try folder.write(
            pem[..<end.lowerBound] + RealmAuthority(keptIn: own).certificatePEM, to: "swapped.pem")
        #expect(throws: RealmError.notOfARealm(path: swapped)) {
            try RealmCredentials(file: swapped)
        }
        let broken = try folder.write("nothing", to: "broken.pem")
        #expect(throws: RealmError.identity(.noCertificate)) { try RealmCredentials(file: broken) }
        #expect(throws: RealmError.identity(.noCertificate)) { try RealmAuthority(keptIn: broken) }
    }

    @Test(arguments: [
        "", "zone:North", "a,DNS:b", "a b", "a\nb", "a\0b", "ü", "a/b",
        String(repeating: "a", count: 65),
    ])
    func namesAreNamesAndNothingElse(name: String) throws {
        let authority = try RealmAuthority()
        #expect(throws: RealmError.invalidName(name)) { try authority.issue(name) }
    }
}

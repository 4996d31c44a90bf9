import Foundation
import ParleySecurity
import TestNetworks
import Testing

@Suite struct JoinSecretFileTests {
    @Test func aKeptSecretStaysTheSame() throws {
        let folder = try Folder()
        let path = folder.path("secret")
        let first = try JoinSecret(keptIn: path)
        #expect(try folder.mode(of: "secret") == 0o600)
        #expect(try JoinSecret(keptIn: path) == first)
        #expect(try folder.text(of: "secret") == first.text + "\n")
        #expect(JoinSecret() != first)
    }

    @Test func aSecretWithoutTheEndOfItsLineIsRead() throws {
        let folder = try Folder()
        let path = try folder.write(InviteTests.secret.uppercased(), to: "secret")
        #expect(try JoinSecret(keptIn: path).text == InviteTests.secret)
    }

    @Test(arguments: [0o640, 0o604, 0o644])
    func aKeptSecretMustNotBeOpenToOthers(mode: Int) throws {
        let folder = try Folder()
        let path = try folder.write(InviteTests.secret, to: "secret", mode: mode)
        #expect(throws: JoinSecretError.file(.exposed(path: path, mode: UInt32(mode)))) {
            try JoinSecret(keptIn: path)
        }
    }

    @Test(arguments: ["", "\n", "abc\n", InviteTests.secret + "\n\n", InviteTests.secret + " "])
    func aDamagedFileIsRefusedAndStays(text: String) throws {
        let folder = try Folder()
        let path = try folder.write(text, to: "secret")
        #expect(throws: JoinSecretError.damaged(path: path)) { try JoinSecret(keptIn: path) }
        #expect(try folder.text(of: "secret") == text)
        let long = try folder.write(String(repeating: "a", count: 65), to: "long")
        #expect(throws: JoinSecretError.file(.tooLarge(path: long, limit: 64))) {
            try JoinSecret(keptIn: long)
        }
    }

    @Test func nothingShowsTheSecret() throws {
        let secret = try #require(JoinSecret(InviteTests.secret))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains("255") && !text.contains(InviteTests.secret))
        }
    }
}

import Foundation
import ParleySecurity
import TestNetworks
import Testing

@Suite struct TrustTests {
    private let pin = PublicKeyPin("abcdefghijklmnopqrstuvwxy4")

    @Test func loopbackPinsAreForOneUserOnly() throws {
        let folder = try Folder()
        let pin = try #require(pin)
        let pins = LoopbackPins(directory: folder.path("parley"))
        #expect(try pins.read(port: 9_099) == nil)
        try pins.write(pin, port: 9_099)
        #expect(try pins.read(port: 9_099) == pin)
        #expect(try pins.read(port: 9_098) == nil)
        #expect(try folder.mode(of: "parley") == 0o700)
        #expect(try folder.mode(of: "parley/9099") == 0o600)
        let other = try TLSIdentity().pin
        try pins.write(other, port: 9_099)
        pins.remove(pin, port: 9_099)
        #expect(try pins.read(port: 9_099) == other, "another server has the port now")
        pins.remove(other, port: 9_099)
        #expect(try pins.read(port: 9_099) == nil)
    }

    @Test func loopbackPinsThatOthersCouldChangeAreRefused() throws {
        let folder = try Folder()
        let pin = try #require(pin)
        let pins = LoopbackPins(directory: folder.path("parley"))
        try pins.write(pin, port: 1)
        let path = folder.path("parley/1")
        try FileManager.default.setAttributes([.posixPermissions: 0o622], ofItemAtPath: path)
        #expect(throws: SecurityFileError.exposed(path: path, mode: 0o622)) {
            try pins.read(port: 1)
        }
        let directory = folder.path("parley")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
        #expect(throws: SecurityFileError.exposed(path: directory, mode: 0o777)) {
            try pins.read(port: 1)
        }
        #expect(throws: SecurityFileError.exposed(path: directory, mode: 0o777)) {
            try pins.write(pin, port: 1)
        }
    }

    @Test(arguments: ["", "\n", "abc\n", "abcdefghijklmnopqrstuvwxy4 \n"])
    func damagedLoopbackPinsAreNone(text: String) throws {
        let folder = try Folder()
        let pins = LoopbackPins(directory: folder.path(""))
        _ = try folder.write(text, to: "7")
        #expect(try pins.read(port: 7) == nil)
    }

    @Test func knownServersAreRemembered() throws {
        let folder = try Folder()
        let pin = try #require(pin)
        let file = folder.path("servers")
        var servers = try KnownServers(file: file)
        #expect(servers.pin(host: "lan", port: 1) == nil)
        servers.add(pin, host: "LAN", port: 1)
        servers.add(pin, host: "::1", port: 2)
        try servers.write(to: file)
        #expect(try folder.mode(of: "servers") == 0o600)
        let again = try KnownServers(file: file)
        #expect(again == servers)
        #expect(again.pin(host: "lan", port: 1) == pin && again.pin(host: "::1", port: 2) == pin)
        #expect(again.pin(host: "lan", port: 2) == nil)
    }

    @Test(arguments: [
        "lan:1", "lan:1 ", "lan:1 abc", "lan:0 abcdefghijklmnopqrstuvwxy4",
        "lan:1 abcdefghijklmnopqrstuvwxy4 more", "lan:1  abcdefghijklmnopqrstuvwxy4",
        "lan:1 abcdefghijklmnopqrstuvwxy4.7777777777777777777777777q",
    ])
    func damagedLinesAreNamed(line: String) throws {
        let folder = try Folder()
        let file = try folder.write(
            "# servers\n\nlan:1 abcdefghijklmnopqrstuvwxy4\n\(line)\n", to: "f")
        #expect(throws: TLSTrustError.damagedLine(path: file, line: 4)) {
            try KnownServers(file: file)
        }
    }

    @Test func anAuthorityFileMustHaveACertificate() throws {
        let folder = try Folder()
        let file = try folder.write("no certificate", to: "authority.pem")
        #expect(throws: TLSTrustError.noCertificate(path: file)) {
            try TLSClientContext(trust: .authority(file: file))
        }
    }
}

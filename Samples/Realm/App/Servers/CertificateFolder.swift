import Foundation
import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// The files by which the servers of a realm know each other: the realm's authority, and each server's certificate.
struct CertificateFolder: Sendable {
    let path: String

    /// The servers that get a certificate, as their links name them.
    static func names(worlds: Int) -> [String] {
        (0..<worlds).map { "world:\($0)" } + RealmMap.zones.map { "zone:\($0.name)" }
            + ["supervisor"]
    }

    private var authority: String { path + "/authority.pem" }

    /// The file of one server, which only its machine has to have.
    func file(of name: String) -> String {
        path + "/" + name.replacingOccurrences(of: ":", with: "-") + ".pem"
    }

    /// Makes an authority, and a certificate for each server. Only this user may read the files.
    ///
    /// - Throws: `Failure` if one of them exists already: others may be in use that it has signed.
    func make(worlds: Int) throws {
        let names = Self.names(worlds: worlds)
        let files = [authority] + names.map(file(of:))
        if let old = files.first(where: { RealmFolder.isFile($0) }) {
            throw Failure("\(old) exists already, and is not overwritten; choose another folder")
        }
        _ = try RealmFolder(path, option: "--out")
        try issue(names)
    }

    /// Makes the certificates that are missing, by the authority that is there.
    ///
    /// - Returns: The servers that got one.
    func add(worlds: Int) throws -> [String] {
        guard RealmFolder.isFile(authority) else {
            throw Failure("there is no \(authority) that could sign; without --add one is made")
        }
        let missing = Self.names(worlds: worlds).filter { !RealmFolder.isFile(file(of: $0)) }
        try issue(missing)
        return missing
    }

    private func issue(_ names: [String]) throws {
        let authority = try RealmAuthority(keptIn: authority)
        for name in names { try authority.issue(name).write(to: file(of: name)) }
    }

    /// The links of a server with the others: TLS by its certificate.
    func links(of name: String) throws -> ServerLinks {
        .certified(try RealmCredentials(file: file(of: name)))
    }
}

extension Arguments {
    /// What protects the links of a server: its certificate, or nothing for a realm on one machine.
    func links(of name: String) throws -> ServerLinks {
        try self[Options.certificates].map { try CertificateFolder(path: $0).links(of: name) }
            ?? .local
    }
}

/// `realm certificates`: makes them.
struct CertificateProgram {
    let folder: CertificateFolder
    let worlds: Int
    let adds: Bool

    init(_ arguments: Arguments) throws {
        guard let path = arguments[Options.out] else {
            throw UsageError("--out FOLDER has to be given: where the files are to be")
        }
        folder = CertificateFolder(path: path)
        worlds = arguments[Options.certified]
        adds = arguments[Options.add]
    }

    func run() throws {
        var names = CertificateFolder.names(worlds: worlds)
        if adds { names = try folder.add(worlds: worlds) } else { try folder.make(worlds: worlds) }
        if names.isEmpty { return printLine("none is missing") }
        for name in names {
            printLine("\(name): \(folder.file(of: name))")
        }
        printLine(
            "give each server its own file only; authority.pem makes servers, and stays with you")
    }
}

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The keys of the servers that run on this machine for this user, one file for each port.
///
/// A server writes its key when it begins to listen; a client of the same user that connects to a
/// loopback address reads it. So TLS verifies loopback servers too, without configuration.
package struct LoopbackPins: Sendable {
    private let directory: String

    /// The keys in a directory that only this user may use.
    package init(directory: String) {
        self.directory = directory
    }

    /// The keys in this user's directory for things that last as long as a login:
    /// `$XDG_RUNTIME_DIR/parley`. Where there is no such directory, one in the place for temporary files.
    package init() {
        let runtime = unsafe getenv("XDG_RUNTIME_DIR").map { unsafe String(cString: $0) }
        if let runtime, runtime.hasPrefix("/") {
            directory = runtime + "/parley"
        } else {
            directory = "/tmp/parley-\(geteuid())"
        }
    }

    /// Remembers the key of the server at a port.
    package func write(_ pin: PublicKeyPin, port: UInt16) throws(SecurityFileError) {
        try SecurityFile.makeDirectory(directory)
        let line = Array("\(pin)\n".utf8)
        _ = try SecurityFile.write(line.span, to: path(port), isReplacing: true)
    }

    /// Forgets the server at a port, if its key is still this one.
    package func remove(_ pin: PublicKeyPin, port: UInt16) {
        guard (try? read(port: port)) == pin else { return }
        SecurityFile.remove(path(port))
    }

    /// The key of the server at a port; nil where none is remembered.
    ///
    /// - Throws: Where the directory or the file is another user's, or open to others.
    package func read(port: UInt16) throws(SecurityFileError) -> PublicKeyPin? {
        guard SecurityFile.exists(path(port)) else { return nil }
        // Makes nothing here, but judges the directory that is there.
        try SecurityFile.makeDirectory(directory)
        let bytes = try SecurityFile.read(path(port), access: .owner, limit: 64)
        return bytes.withBytes { bytes in
            let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
            return PublicKeyPin(text.hasSuffix("\n") ? text.dropLast() : text[...])
        }
    }

    /// The file with the key of the server at a port.
    package func path(_ port: UInt16) -> String { "\(directory)/\(port)" }
}

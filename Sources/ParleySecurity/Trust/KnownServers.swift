/// The keys of servers that a player has accepted, one line each: `host:port key`.
///
/// A client that meets an unknown server gets ``TLSError/unknownServer(offered:)``, asks the player,
/// adds the key and connects again.
public struct KnownServers: Sendable, Hashable {
    /// The most bytes that a file may have.
    static let largestFile = 1 << 20

    private var pins: [String: PublicKeyPin] = [:]

    /// No servers.
    public init() {}

    /// The servers of a file; none where there is no file.
    ///
    /// Blocks until the disk answers.
    public init(file: String) throws(TLSTrustError) {
        guard SecurityFile.exists(file) else { return }
        let text: String
        do throws(SecurityFileError) {
            let bytes = try SecurityFile.read(file, access: .owner, limit: Self.largestFile)
            text = bytes.withBytes { bytes in
                String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
            }
        } catch { throw .file(error) }
        if let line = parse(text) { throw .damagedLine(path: file, line: line) }
    }

    /// The servers of a text that ``text`` made.
    package init?(text: String) {
        if parse(text) != nil { return nil }
    }

    /// The key of a server; nil where it is not known.
    public func pin(host: String, port: UInt16) -> PublicKeyPin? {
        pins[Self.name(host, port)]
    }

    /// Remembers a server's key, in place of the one it had.
    public mutating func add(_ pin: PublicKeyPin, host: String, port: UInt16) {
        precondition(HostName.isValid(HostName.withoutZone(host)), "\(host) is no host")
        pins[Self.name(host, port)] = pin
    }

    /// Writes all of them to a file that only this user may read.
    ///
    /// Blocks until the disk answers.
    public func write(to file: String) throws(TLSTrustError) {
        do throws(SecurityFileError) {
            _ = try SecurityFile.write(Array(text.utf8).span, to: file, isReplacing: true)
        } catch { throw .file(error) }
    }

    /// The lines, in the order of the names.
    package var text: String {
        pins.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    private static func name(_ host: String, _ port: UInt16) -> String {
        let host = HostName.withoutZone(host)
        return "\(host.contains(":") ? "[\(host)]" : host):\(port)".lowercased()
    }

    /// Reads all lines; the number of the first that is damaged.
    private mutating func parse(_ text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            // An invite has the same fields, so one parser serves both.
            guard parts.count == 2, let invite = try? Invite("parley:\(parts[0])#\(parts[1])"),
                invite.joinSecret == nil
            else { return index + 1 }
            add(invite.pin, host: invite.host, port: invite.port)
        }
        return nil
    }
}

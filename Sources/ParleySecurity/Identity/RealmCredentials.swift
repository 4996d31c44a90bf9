internal import CParleySecurity

/// What a server of a realm shows to the others, and judges them by: its key, its certificate, and that of the
/// realm's authority.
public struct RealmCredentials: Sendable {
    /// The name in the certificate.
    public let name: String
    let storage: IdentityStorage

    init(name: String, storage: IdentityStorage) {
        self.name = name
        self.storage = storage
    }

    /// Reads what ``write(to:)`` has written: in PEM the key, the certificate and the authority's certificate.
    ///
    /// Blocks until the disk answers. Only this user may read the file.
    public init(file: String) throws(RealmError) {
        let storage = try IdentityStorage(realmFile: file)
        var text = [CChar](repeating: 0, count: Int(PARLEY_NAME_COUNT))
        let result = unsafe text.withUnsafeMutableBufferPointer { text in
            unsafe parley_identity_realm_name(storage.identity, text.baseAddress)
        }
        self.storage = storage
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        name = String(decoding: bytes, as: UTF8.self)
        guard result == 0, Self.isValid(name) else { throw .notOfARealm(path: file) }
    }

    /// Writes a file that only this user may read, in one step. An older one is replaced.
    ///
    /// Blocks until the disk answers.
    public func write(to path: String) throws(RealmError) {
        _ = try storage.write(to: path, isReplacing: true)
    }

    static func isValid(_ name: String) -> Bool {
        1..<Int(PARLEY_NAME_COUNT) ~= name.utf8.count
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: ":"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension RealmCredentials: Hashable {
    /// Whether both are of one key.
    public static func == (left: RealmCredentials, right: RealmCredentials) -> Bool {
        left.name == right.name && left.storage.pin == right.storage.pin
    }

    /// Hashes name and public key.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(storage.pin)
    }
}

/// What is stored of a password: scrypt's parameters, the salt and the digest.
///
/// The first byte is the record's version, so stronger parameters can come without a change of the old records.
struct PasswordRecord: Hashable, Sendable {
    /// The binary logarithm of scrypt's N. The memory is 128 · N · r bytes.
    var cost: UInt8
    /// scrypt's r.
    var blockSize: UInt8
    /// scrypt's p.
    var parallelism: UInt8
    /// 16 random bytes.
    var salt: [UInt8]
    /// 32 bytes.
    var digest: [UInt8]

    static let saltCount = 16
    static let digestCount = 32
    private static let version: UInt8 = 1

    init(cost: UInt8, blockSize: UInt8, parallelism: UInt8, salt: [UInt8], digest: [UInt8]) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelism = parallelism
        self.salt = salt
        self.digest = digest
    }

    /// The record from its stored bytes; nil if they are none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 4 + Self.saltCount + Self.digestCount, bytes[0] == Self.version else {
            return nil
        }
        cost = bytes[1]
        blockSize = bytes[2]
        parallelism = bytes[3]
        salt = Array(bytes[4..<4 + Self.saltCount])
        digest = Array(bytes[(4 + Self.saltCount)...])
    }

    /// What is stored.
    var bytes: [UInt8] { [Self.version, cost, blockSize, parallelism] + salt + digest }
}

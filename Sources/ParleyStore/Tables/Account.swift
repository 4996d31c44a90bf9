internal import ParleyHandoff

/// The row of an account.
struct AccountRow: Hashable, Sendable {
    var name: AccountName
    var character: CharacterID
    /// The record of the password, by which it is verified; nil for names alone.
    var password: PasswordRecord?
}

/// The row of a re-entry token: its digest only, so that a copy of the store lets nobody in.
struct TokenRow: Hashable, Sendable {
    var digest: [UInt8]
    /// The login that it continues.
    var login: LoginNumber
    /// When it ends, in seconds since 1970.
    var expiry: Int64
}

/// One change of a balance.
struct LedgerRow: Hashable, Sendable {
    var operation: String
    var index: Int
    var holder: Holder
    var currency: Currency
    var change: Int64
}

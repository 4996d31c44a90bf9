/// Counts an account's logins, kicks and bans. The higher number replaces the lower one in place.
public struct LoginNumber: RawRepresentable, Hashable, Comparable, Sendable,
    CustomStringConvertible
{
    /// The number, from 1 on.
    public let rawValue: UInt64

    /// The login with this number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Whether `left` is replaced by `right`.
    public static func < (left: LoginNumber, right: LoginNumber) -> Bool {
        left.rawValue < right.rawValue
    }

    /// For example "login 4".
    public var description: String { "login \(rawValue)" }
}

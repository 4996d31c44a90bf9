/// The number of one life of a zone's process: it rises each time a process registers under the name.
public struct Incarnation: RawRepresentable, Hashable, Comparable, Sendable,
    CustomStringConvertible
{
    /// The number, from 1 on.
    public let rawValue: UInt64

    /// The life with this number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Whether `left` registered before `right`, under the same name.
    public static func < (left: Incarnation, right: Incarnation) -> Bool {
        left.rawValue < right.rawValue
    }

    /// For example "incarnation 3".
    public var description: String { "incarnation \(rawValue)" }
}

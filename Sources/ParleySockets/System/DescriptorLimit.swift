internal import CParleySystem

/// How many descriptors this process may have open.
public struct DescriptorLimit: Sendable, Hashable {
    /// The limit in force.
    public let current: Int
    /// The most to which the process may raise it without privileges.
    public let maximum: Int

    /// Raises the limit of this process to its maximum, as every server should when it starts.
    ///
    /// Each connection takes one descriptor. Common defaults (1,024) are far below what one loop
    /// serves.
    @discardableResult
    public static func raise() -> DescriptorLimit {
        var current: UInt64 = 0
        var maximum: UInt64 = 0
        unsafe parley_raise_descriptor_limit(&current, &maximum)
        return DescriptorLimit(current: Int(clamping: current), maximum: Int(clamping: maximum))
    }
}

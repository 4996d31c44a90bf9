internal import CParleySystem
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Gives a descriptor back to the system.
///
/// Linux frees it even where `close` reports an interruption, so there is nothing to retry.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// How many descriptors this process may have open.
public struct DescriptorLimit: Sendable, Hashable {
    /// What it may have now.
    public let current: Int
    /// What it may raise that to without privileges.
    public let maximum: Int

    /// Raises the limit of this process to its maximum, as every server should when it starts.
    ///
    /// Each connection takes one descriptor. Common defaults (1,024) are far below what a loop
    /// carries.
    @discardableResult
    public static func raise() -> DescriptorLimit {
        var current: UInt64 = 0
        var maximum: UInt64 = 0
        unsafe parley_raise_descriptor_limit(&current, &maximum)
        return DescriptorLimit(current: Int(clamping: current), maximum: Int(clamping: maximum))
    }
}

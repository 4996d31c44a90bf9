extension Datagram: Hashable {
    /// Whether two datagrams have the same bytes, wherever they are.
    public static func == (left: Datagram, right: Datagram) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.unsafeBytes.elementsEqual(right.unsafeBytes)
    }

    /// Hashes the bytes.
    ///
    /// - Parameter hasher: gets them.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        unsafe hasher.combine(bytes: unsafeBytes)
    }
}

extension Datagram: Comparable {
    /// Whether the bytes come first in lexicographic order, a beginning before its continuation
    /// (Panda3D's `<`).
    public static func < (left: Datagram, right: Datagram) -> Bool {
        unsafe left.unsafeBytes.lexicographicallyPrecedes(right.unsafeBytes)
    }
}

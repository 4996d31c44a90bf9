extension Datagram: Hashable {
    /// Returns whether two datagrams have the same bytes.
    public static func == (left: Datagram, right: Datagram) -> Bool {
        left.count == right.count && left.order(against: right) == 0
    }

    /// Hashes the bytes.
    ///
    /// - Parameter hasher: The hasher to feed.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        unsafe hasher.combine(bytes: unsafeBytes)
    }
}

extension Datagram: Comparable {
    /// Returns whether the bytes of one datagram come before those of another in lexicographic
    /// order, in which a prefix comes before its continuation.
    public static func < (left: Datagram, right: Datagram) -> Bool {
        let order = left.order(against: right)
        return order == 0 ? left.count < right.count : order < 0
    }

    /// Compares as many bytes as both have.
    private func order(against other: Datagram) -> Int32 {
        unsafe withUnsafeBytes { here in
            unsafe other.withUnsafeBytes { there in
                unsafe here.compare(with: there, count: min(here.count, there.count))
            }
        }
    }
}

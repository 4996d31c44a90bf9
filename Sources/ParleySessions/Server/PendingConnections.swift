package import ParleySockets

/// The connections that have not said hello, as a value: at most so many, each with a deadline.
///
/// When all places are taken, the oldest connection of the network that holds most makes room. So a
/// flood from one network costs that network its own connections, and not those of newcomers from
/// elsewhere.
package struct PendingConnections<Element: AnyObject & Sendable>: Sendable {
    private struct Entry: Sendable {
        let element: Element
        let network: SocketAddress?
        let deadline: NetworkInstant
    }

    private let maximum: Int
    /// In the order of their deadlines.
    private var entries: [Entry] = []
    private var countPerNetwork: [SocketAddress: Int] = [:]

    /// No connections.
    ///
    /// - Parameter maximum: How many are kept, at least one.
    package init(maximum: Int) {
        self.maximum = max(1, maximum)
    }

    /// How many there are.
    package var count: Int { entries.count }

    /// Adds a connection, whose deadline is not before those of the others.
    ///
    /// - Parameters:
    ///   - element: The connection.
    ///   - network: What limits per network count it as; nil for one that stands for itself.
    ///   - deadline: When its hello has to have come.
    /// - Returns: The connection that has to make room; nil if there is room.
    package mutating func append(
        _ element: Element, from network: SocketAddress?, until deadline: NetworkInstant
    ) -> Element? {
        let evicted = entries.count >= maximum ? evict() : nil
        entries.append(Entry(element: element, network: network, deadline: deadline))
        if let network { countPerNetwork[network, default: 0] += 1 }
        return evicted
    }

    /// Removes a connection, which has said hello or is over.
    package mutating func remove(_ element: Element) {
        guard let index = entries.firstIndex(where: { $0.element === element }) else { return }
        removeEntry(at: index)
    }

    /// The connections whose deadline has passed, the oldest first. They stay until they are removed.
    package func overdue(at now: NetworkInstant) -> [Element] {
        entries.prefix { $0.deadline <= now }.map(\.element)
    }

    /// Removes the oldest connection of the network that holds most. Among networks that hold the same
    /// number it is the oldest connection of all: a dictionary's order decides nothing.
    private mutating func evict() -> Element? {
        let most = countPerNetwork.values.max() ?? 1
        guard let index = entries.firstIndex(where: { count(of: $0) == most }) else { return nil }
        return removeEntry(at: index)
    }

    /// How many the network of an entry holds: one that stands for itself is alone.
    private func count(of entry: Entry) -> Int {
        entry.network.flatMap { countPerNetwork[$0] } ?? 1
    }

    @discardableResult
    private mutating func removeEntry(at index: Int) -> Element {
        let entry = entries.remove(at: index)
        if let network = entry.network {
            let left = countPerNetwork[network, default: 1] - 1
            countPerNetwork[network] = left > 0 ? left : nil
        }
        return entry.element
    }
}

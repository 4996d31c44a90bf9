internal import CParleySystem
internal import Synchronization

/// Closes sockets that linger (`SO_LINGER`), each on a thread of its own, because the system blocks
/// until the peer has taken the unsent bytes or the time is over.
///
/// The threads are bounded, so that peers that take nothing cannot hold one for each of their
/// connections. Beyond the bound a socket does not linger: the system sends its bytes in the
/// background, as it does by default.
final class LingeringSockets: Sendable {
    /// Threads of one loop that close sockets at the same time.
    static let limit = 16

    private let threads = Atomic(0)

    /// Closes a descriptor on another thread; returns whether it does.
    ///
    /// The caller closes the descriptor otherwise, which does not block then.
    func close(_ descriptor: Int32) -> Bool {
        if threads.add(1, ordering: .relaxed).newValue <= Self.limit {
            do throws(SystemError) {
                try startThread(named: "parley-linger") {
                    parley_close(descriptor)
                    self.threads.subtract(1, ordering: .relaxed)
                }
                return true
            } catch {}
        }
        threads.subtract(1, ordering: .relaxed)
        _ = parley_socket_set_linger(descriptor, -1)
        return false
    }
}

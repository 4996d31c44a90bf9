import ParleyProtocol
import ParleyWorld
import Synchronization

/// Every snapshot that a world gave its broadcaster, to compare with the received states.
final class SnapshotBook: Sendable {
    /// One snapshot, by entity.
    struct Page: Sendable {
        let snapshot: WorldSnapshot
        private let places: [EntityHandle: Int]

        init(_ snapshot: WorldSnapshot) {
            self.snapshot = snapshot
            places = Dictionary(
                snapshot.entries.indices.map { (snapshot.entries[$0].handle, $0) },
                uniquingKeysWith: { $1 })
        }

        var tick: Tick { snapshot.tick }

        func entry(of handle: EntityHandle) -> WorldSnapshot.Entry? {
            places[handle].map { snapshot.entries[$0] }
        }

        /// An entity's quantised state; nil when it is not there.
        func words(of handle: EntityHandle) -> ArraySlice<UInt32>? {
            entry(of: handle).map { snapshot.words[$0.words] }
        }
    }

    private struct Pages {
        var byTick: [UInt32: Page] = [:]
        var newest: Page?
    }

    private let pages = Mutex(Pages())

    func note(_ snapshot: WorldSnapshot) {
        let page = Page(snapshot)
        pages.withLock { pages in
            pages.byTick[page.tick.number] = page
            pages.newest = page
        }
    }

    /// The snapshot of a tick; nil when there was none.
    func page(of tick: Tick) -> Page? { pages.withLock { $0.byTick[tick.number] } }

    /// The newest snapshot; nil before the first.
    var newest: Page? { pages.withLock { $0.newest } }
}

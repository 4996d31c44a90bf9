import ParleyProtocol
import ParleyWorld
import Synchronization

/// Every show that a world gave its broadcaster, to compare with what clients received.
final class ShowBook: Sendable {
    /// One show, by entity.
    struct Page: Sendable {
        let show: WorldShow
        private let places: [EntityHandle: Int]

        init(_ show: WorldShow) {
            self.show = show
            places = Dictionary(
                show.entries.indices.map { (show.entries[$0].handle, $0) },
                uniquingKeysWith: { $1 })
        }

        var tick: Tick { show.tick }

        func entry(of handle: EntityHandle) -> WorldShow.Entry? {
            places[handle].map { show.entries[$0] }
        }

        /// An entity's quantised state; nil when it is not there.
        func words(of handle: EntityHandle) -> ArraySlice<UInt32>? {
            entry(of: handle).map { show.words[$0.words] }
        }
    }

    private struct Pages {
        var byTick: [UInt32: Page] = [:]
        var newest: Page?
    }

    private let pages = Mutex(Pages())

    func note(_ show: WorldShow) {
        let page = Page(show)
        pages.withLock { pages in
            pages.byTick[page.tick.number] = page
            pages.newest = page
        }
    }

    /// The show of a tick; nil when there was none.
    func page(of tick: Tick) -> Page? { pages.withLock { $0.byTick[tick.number] } }

    /// The newest show; nil before the first.
    var newest: Page? { pages.withLock { $0.newest } }
}

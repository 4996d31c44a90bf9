/// Why a transaction did not go through. None of it has taken effect.
package enum StoreFault: Error, Hashable {
    /// Another transaction was in the way (SQLSTATE 40001 or 40P01): the same call again goes through.
    case serialisation
    /// The disk, or the file's largest size, is full.
    case full(String)
    /// The engine failed: its words.
    case failed(String)
    /// What is stored cannot be read.
    case unreadable(String)
}

extension StoreRefusal {
    /// What a caller hears of a transaction that did not go through.
    package init(_ fault: StoreFault) {
        switch fault {
        case .serialisation: self = .unavailable("other transactions were in the way")
        case .full(let reason): self = .storageFull(reason)
        case .failed(let reason): self = .unavailable(reason)
        case .unreadable(let reason): self = .unavailable("unreadable: \(reason)")
        }
    }
}

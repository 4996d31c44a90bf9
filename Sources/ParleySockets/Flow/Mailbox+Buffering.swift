extension Mailbox.Bound {
    /// The bound for datagrams that cost their bytes.
    init(_ buffering: ReceiveBuffering) {
        switch buffering {
        case .pause(let bytes): self = .pause(cost: bytes)
        case .newest(let count): self = .keepNewest(count: count)
        }
    }
}

/// The handlers of the descriptors that a loop watches.
///
/// A token is the descriptor with a generation above it. The system gives the number of a closed
/// descriptor to the next one that is opened, and an event of the old one must not reach the new one.
struct RegistrationTable: ~Copyable {
    struct Entry {
        let handler: any PortHandler
        let token: UInt64
        var interest: UInt32
    }

    private var entries: [Entry?] = []
    private var generation: UInt32 = 0

    mutating func insert(_ descriptor: Int32, handler: any PortHandler) -> UInt64 {
        let index = Int(descriptor)
        while entries.count <= index { entries.append(nil) }
        generation &+= 1
        let token = UInt64(generation & 0x7fff_ffff) << 32 | UInt64(UInt32(descriptor))
        entries[index] = Entry(handler: handler, token: token, interest: 0)
        return token
    }

    func entry(of descriptor: Int32) -> Entry? {
        let index = Int(descriptor)
        return entries.indices.contains(index) ? entries[index] : nil
    }

    mutating func setInterest(_ interest: UInt32, of descriptor: Int32) {
        entries[Int(descriptor)]?.interest = interest
    }

    mutating func remove(_ descriptor: Int32) {
        entries[Int(descriptor)] = nil
    }

    /// The handler that a token names, if it is still registered and wants that event.
    func handler(of token: UInt64, interestedIn interest: UInt32) -> (any PortHandler)? {
        let index = Int(UInt32(truncatingIfNeeded: token))
        guard index < entries.count, let entry = entries[index], entry.token == token,
            entry.interest & interest != 0
        else { return nil }
        return entry.handler
    }
}

import ParleyDatagrams

/// The bytes of one player's waiting commands, in equal slots of one slab that are used again and again.
///
/// Slots are as long as the longest command so far needs, so a player whose commands have the usual
/// length costs no allocation. The slab is bounded: a command that would make it too large is refused.
/// There is none before the first command.
///
/// A slot is a head and a command. It lies in one line of the processor's cache if the command is short,
/// which is what a packet costs most.
struct CommandStore: Sendable {
    /// Two bytes with the command's count and one more, 0 if the slot is free, and four of a tag.
    private static var headBytes: Int { 6 }
    private static var lengthStep: Int { 16 }

    private let slots: Int
    private let maximumBytes: Int
    private var slotBytes = lengthStep
    private var slab: [UInt8] = []

    /// A store of free slots, whose slab has so many bytes at most.
    init(slots: Int, maximumBytes: Int) {
        self.slots = slots
        self.maximumBytes = maximumBytes
    }

    /// A store in which every slot has room for so many bytes.
    init(slots: Int, commandBytes: Int) {
        let most = Self.slotLength(for: min(max(commandBytes, 0), Int(UInt16.max)))
        self.init(slots: slots, maximumBytes: slots * most)
    }

    /// Whether a slot has a command.
    func isOccupied(_ slot: Int) -> Bool {
        precondition(slot >= 0 && slot < slots)
        guard !slab.isEmpty else { return false }
        let start = slot * slotBytes
        return slab[start] | slab[start + 1] != 0
    }

    /// Copies a part of a datagram into a slot.
    ///
    /// - Parameters:
    ///   - range: The command's place in the datagram.
    ///   - datagram: The bytes.
    ///   - tag: A number that is kept with the command.
    ///   - slot: The slot. A command in it is lost.
    /// - Returns: Whether there is room for so many bytes.
    mutating func insert(
        _ range: Range<Int>, of datagram: Datagram, tag: UInt32, in slot: Int
    ) -> Bool {
        guard hasRoom(for: range.count) else { return false }
        precondition(slot >= 0 && slot < slots && range.upperBound <= datagram.count)
        let start = slot * slotBytes
        unsafe datagram.withUnsafeBytes { source in
            // The slab has all slots, and a slot has room for the head and the command.
            unsafe slab.withUnsafeMutableBytes { slab in
                unsafe slab.storeBytes(
                    of: UInt16(range.count + 1), toByteOffset: start, as: UInt16.self)
                unsafe slab.storeBytes(of: tag, toByteOffset: start + 2, as: UInt32.self)
                let end = start + Self.headBytes + range.count
                unsafe UnsafeMutableRawBufferPointer(
                    rebasing: slab[start + Self.headBytes..<end]
                ).copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
            }
        }
        return true
    }

    /// Appends a slot's command to a datagram, and frees the slot.
    ///
    /// - Returns: How many bytes it has, and its tag; nil if the slot is free.
    mutating func take(
        _ slot: Int, into datagram: inout Datagram
    ) -> (byteCount: Int, tag: UInt32)? {
        guard isOccupied(slot) else { return nil }
        let start = slot * slotBytes
        let (head, tag) = unsafe slab.withUnsafeBytes { slab in
            unsafe (
                slab.loadUnaligned(fromByteOffset: start, as: UInt16.self),
                slab.loadUnaligned(fromByteOffset: start + 2, as: UInt32.self)
            )
        }
        let (count, begin) = (Int(head) - 1, start + Self.headBytes)
        datagram.append(slab.span.extracting(begin..<begin + count))
        free(slot)
        return (count, tag)
    }

    /// Frees a slot.
    ///
    /// - Returns: Whether it had a command.
    @discardableResult
    mutating func remove(_ slot: Int) -> Bool {
        guard isOccupied(slot) else { return false }
        free(slot)
        return true
    }

    private mutating func free(_ slot: Int) {
        slab[slot * slotBytes] = 0
        slab[slot * slotBytes + 1] = 0
    }

    private static func slotLength(for count: Int) -> Int {
        (headBytes + count + lengthStep - 1) / lengthStep * lengthStep
    }

    private mutating func hasRoom(for count: Int) -> Bool {
        if !slab.isEmpty, Self.headBytes + count <= slotBytes { return true }
        let new = max(slotBytes, Self.slotLength(for: count))
        guard count < Int(UInt16.max), slots * new <= maximumBytes else { return false }
        var longer = [UInt8](repeating: 0, count: slots * new)
        if !slab.isEmpty {
            for slot in 0..<slots {
                let bytes = slab[slot * slotBytes..<(slot + 1) * slotBytes]
                longer.replaceSubrange(slot * new..<slot * new + slotBytes, with: bytes)
            }
        }
        slab = longer
        slotBytes = new
        return true
    }
}

internal import CParleySystem
internal import Synchronization

/// A descriptor on an event loop: the common part of the three kinds of sockets.
///
/// `@unchecked Sendable`: one thread makes a port, and from `start` on only its loop's thread touches
/// the variables.
class SystemPort: @unchecked Sendable {
    let loop: LoopCore
    let isIPv6: Bool
    /// -1 once it is closed.
    private(set) var descriptor: Int32
    private var interest: UInt32 = 0
    private var isStarted = false
    /// Whether closing may block: the system lingers even on a socket that is non-blocking.
    private var lingers = false

    init(loop: LoopCore, descriptor: Int32, isIPv6: Bool) {
        self.loop = loop
        self.descriptor = descriptor
        self.isIPv6 = isIPv6
    }

    deinit {
        if descriptor >= 0 { parley_close(descriptor) }
    }

    var isClosed: Bool { descriptor < 0 }

    /// Read from the system each time: a socket that connects has none before it begins to.
    var localAddress: SocketAddress {
        var address = parley_address()
        _ = unsafe parley_socket_local_address(descriptor, &address)
        return SocketAddress(address)
    }

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        guard !isClosed, !isStarted else { return }
        interest = (reading ? PARLEY_READABLE : 0) | (writing ? PARLEY_WRITABLE : 0)
        try loop.register(descriptor, handler: handler, interest: interest)
        isStarted = true
    }

    func stop() {
        guard isStarted, !isClosed else { return }
        loop.unregister(descriptor)
        isStarted = false
    }

    func setReading(_ wanted: Bool) {
        change(PARLEY_READABLE, wanted: wanted)
    }

    func setWriting(_ wanted: Bool) {
        change(PARLEY_WRITABLE, wanted: wanted)
    }

    func set(_ option: SocketOption) throws(SystemError) {
        guard !isClosed else { throw .badDescriptor }
        try option.apply(to: descriptor, isIPv6: isIPv6)
        if case .linger(let seconds) = option { lingers = (seconds ?? 0) > 0 }
    }

    /// Stops, and leaves the open descriptor to the caller.
    func takeDescriptor() -> Int32 {
        stop()
        defer { descriptor = -1 }
        return descriptor
    }

    func close() {
        guard !isClosed else { return }
        stop()
        release(descriptor)
        descriptor = -1
    }

    /// Closes the descriptor, on another thread where that may block the loop.
    private func release(_ descriptor: Int32) {
        if !lingers || !loop.lingering.close(descriptor) { parley_close(descriptor) }
    }

    private func change(_ bit: UInt32, wanted: Bool) {
        let changed = wanted ? interest | bit : interest & ~bit
        guard changed != interest, isStarted, !isClosed else { return }
        interest = changed
        loop.setInterest(changed, of: descriptor)
    }
}

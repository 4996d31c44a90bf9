internal import CParleySystem

/// A TCP connection of the system.
final class SystemStreamPort: SystemPort, StreamPort, @unchecked Sendable {
    let remoteAddress: SocketAddress

    init(loop: LoopCore, descriptor: Int32, isIPv6: Bool, remoteAddress: SocketAddress) {
        self.remoteAddress = remoteAddress
        super.init(loop: loop, descriptor: descriptor, isIPv6: isIPv6)
    }

    func connectError() -> SystemError? {
        guard !isClosed else { return nil }
        let code = parley_socket_error(descriptor)
        return code == 0 ? nil : SystemError(code: -code)
    }

    func read(_ consume: (Span<UInt8>) -> Void) -> ReadOutcome {
        guard !isClosed else { return .end }
        let space = unsafe loop.scratch.forStream()
        let count = unsafe parley_socket_read(descriptor, space.baseAddress, space.count)
        guard count > 0 else { return count == 0 ? .end : readFailure(Int32(-count)) }
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: space[..<Int(count)])
        unsafe consume(bytes.bindMemory(to: UInt8.self).span)
        return unsafe .bytes(Int(count), more: Int(count) == space.count)
    }

    func write(_ bytes: Span<UInt8>) -> WriteOutcome {
        guard !isClosed else { return .failed(.brokenPipe) }
        let count = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe parley_socket_write(descriptor, buffer.baseAddress, buffer.count)
        }
        guard count < 0 else { return .wrote(Int(count)) }
        let error = SystemError(code: Int32(-count))
        return error == .wouldBlock ? .wouldBlock : .failed(error)
    }

    func limitUnsent(to count: Int) {
        guard !isClosed else { return }
        // A system that refuses it holds more.
        _ = parley_socket_set(
            descriptor, isIPv6 ? 1 : 0, PARLEY_OPTION_UNSENT_LIMIT, Int32(clamping: count))
    }

    func shutDownWriting() {
        guard !isClosed else { return }
        _ = parley_socket_end_sending(descriptor)
    }

    func reset() {
        guard !isClosed else { return }
        try? set(.linger(seconds: 0))
        close()
    }

    func moved(to loop: any SocketLoop) -> (any StreamPort)? {
        guard let loop = loop as? EventLoop, loop.core !== self.loop else { return nil }
        return SystemStreamPort(
            loop: loop.core, descriptor: takeDescriptor(), isIPv6: isIPv6,
            remoteAddress: remoteAddress)
    }

    private func readFailure(_ code: Int32) -> ReadOutcome {
        let error = SystemError(code: code)
        return error == .wouldBlock ? .wouldBlock : .failed(error)
    }
}

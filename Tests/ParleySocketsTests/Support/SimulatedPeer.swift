import ParleyDatagrams
import ParleySockets
import TestNetworks

/// A TCP peer made of a simulated socket only.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class SimulatedPeer: Peer, @unchecked Sendable {
    private let port: any StreamPort
    private let readiness: Readiness
    /// The bytes that one call has read beyond the requested ones.
    private var unread: [UInt8] = []

    private init(port: any StreamPort) throws(SystemError) {
        self.port = port
        readiness = Readiness(port: port)
        try port.start(readiness, reading: false, writing: false)
    }

    deinit { close() }

    static func connected(to address: SocketAddress) async throws -> SimulatedPeer {
        let loop = TestNetwork.current.network.nextSocketLoop()
        let peer = try SimulatedPeer(port: loop.openStream(to: address, options: []))
        await peer.readiness.ofWriting()
        if let error = peer.port.connectError() { throw error }
        return peer
    }

    @discardableResult
    func send(_ bytes: [UInt8]) async -> Bool {
        var sent = 0
        while sent < bytes.count {
            switch port.write(bytes.span.extracting(droppingFirst: sent)) {
            case .wrote(let count): sent += count
            case .wouldBlock: await readiness.ofWriting()
            case .failed: return false
            }
        }
        return true
    }

    func sendUntilStuck(_ chunk: [UInt8], atMost limit: Int) async -> Int {
        var (total, pauses) = (0, 0)
        while total < limit, pauses < 300 {
            switch port.write(chunk.span.extracting(droppingFirst: total % chunk.count)) {
            case .wrote(let count): (total, pauses) = (total + count, 0)
            case .wouldBlock:
                await TestNetwork.current.pause()
                pauses += 1
            case .failed: return total
            }
        }
        return total
    }

    func read(_ count: Int) async -> [UInt8] { await read(upTo: count).bytes }

    func readToEnd() async -> (bytes: [UInt8], ending: PeerEnding) { await read(upTo: .max) }

    private func read(upTo limit: Int) async -> (bytes: [UInt8], ending: PeerEnding) {
        var ending = PeerEnding.open
        reading: while unread.count < limit {
            let outcome = port.read { bytes in
                bytes.withUnsafeBufferPointer { unread.append(contentsOf: $0) }
            }
            switch outcome {
            case .bytes: continue
            case .wouldBlock: await readiness.ofReading()
            case .end:
                ending = .end
                break reading
            case .failed:
                ending = .reset
                break reading
            }
        }
        let bytes = Array(unread.prefix(limit))
        unread.removeFirst(bytes.count)
        return (bytes, ending)
    }

    func endSending() { port.shutDownWriting() }

    func reset() {
        port.reset()
        readiness.end()
    }

    func close() {
        port.close()
        readiness.end()
    }
}

/// A UDP peer made of a simulated socket only.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class SimulatedDatagramPeer: DatagramPeer, @unchecked Sendable {
    let address: SocketAddress
    private let port: any DatagramPort
    private let readiness: Readiness
    private var unread: [[UInt8]] = []

    init() throws {
        let loop = TestNetwork.current.network.nextSocketLoop()
        port = try loop.openDatagrams(at: .loopback(port: 0), options: [])
        address = port.localAddress
        readiness = Readiness(port: port)
        try port.start(readiness, reading: false, writing: false)
    }

    deinit { port.close() }

    func send(_ bytes: [UInt8], to address: SocketAddress) {
        var packets = PacketBuffer()
        packets.append(bytes.span, address: address)
        // A busy socket refuses for a moment; this peer tries again at once.
        while case .wouldBlock = port.send(packets, from: 0) {}
    }

    func receive() async -> [UInt8]? {
        while unread.isEmpty {
            var packets = PacketBuffer()
            switch port.receive(into: &packets) {
            case .received, .interrupted: break
            case .wouldBlock: await readiness.ofReading()
            case .failed: return nil
            }
            for packet in packets.packets {
                unread.append(
                    packets.bytes.slice(packet.offset..<packet.offset + packet.count).bytes)
            }
        }
        return unread.removeFirst()
    }
}

/// Lets tasks wait until a simulated socket can be read from, or written to: one each at a time.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
private final class Readiness: PortHandler, @unchecked Sendable {
    private unowned let port: any Port
    private var reader: CheckedContinuation<Void, Never>?
    private var writer: CheckedContinuation<Void, Never>?

    init(port: any Port) {
        self.port = port
    }

    func ofReading() async {
        await withCheckedContinuation { waiter in
            reader = waiter
            port.setReading(true)
        }
    }

    func ofWriting() async {
        await withCheckedContinuation { waiter in
            writer = waiter
            port.setWriting(true)
        }
    }

    func portBecameReadable() {
        port.setReading(false)
        reader.take()?.resume()
    }

    func portBecameWritable() {
        port.setWriting(false)
        writer.take()?.resume()
    }

    /// Resumes waiting tasks, because the socket is closed.
    func end() {
        reader.take()?.resume()
        writer.take()?.resume()
    }
}

import ParleyDatagrams
import ParleyProtocol

/// The name of a key: which secret, and for which epoch.
struct KeyName: Hashable {
    var secret: Int
    var epoch: UInt32
}

/// A packet as the network has it. The key's name stands for the tag.
struct WirePacket {
    var bytes: Datagram
    var key: KeyName

    /// All bytes of the packet: a tag has 16.
    var count: Int { bytes.count + 16 }
    /// All bytes that travel: a checksum stands in front.
    var countOnWire: Int { count + 2 }
}

/// A machine with names instead of keys, which sees whether one is used wrongly.
struct PacketEnd {
    var machine: SessionPackets
    /// The secrets of the epochs that this end may open.
    private var openingKeys: [UInt32: Int] = [:]
    private var sealingSecret = 0
    private var baseSecret: Int?
    private var lastNumbers: [KeyName: UInt64] = [:]

    /// Packets by reason for dropping them.
    var drops = PacketDropCounts()
    /// How many authentic packets were opened with a wrong key.
    private(set) var wrongKeys = 0
    /// How many nonces were used twice.
    private(set) var repeatedNonces = 0
    /// How many payloads arrived.
    var payloads = 0

    init(_ machine: SessionPackets) {
        self.machine = machine
    }

    /// A new secret: at once for a client, at its first packet under it for a server.
    mutating func install(_ secret: Int, _ base: BaseEpochs) {
        let isClient = machine.end == .client
        openingKeys[isClient ? base.toClient : base.toServer] = secret
        if isClient { sealingSecret = secret } else { baseSecret = secret }
    }

    /// The bytes of a packet, with a payload of so many bytes.
    mutating func seal(_ packet: OutgoingPacket, payload: Int?) -> WirePacket {
        let key = KeyName(secret: sealingSecret, epoch: packet.epoch)
        if packet.destination != .tunnel {
            if let last = lastNumbers[key], last >= packet.number { repeatedNonces += 1 }
            lastNumbers[key] = packet.number
        }
        let kind: PacketFrameKind = machine.end == .client ? .command : .snapshot
        let bytes = Datagram {
            packet.encode(session: machine.session, into: &$0) {
                guard let payload else { return }
                $0.append(kind.rawValue)
                $0.appendPadding(payload)
            }
        }
        return WirePacket(bytes: bytes, key: key)
    }

    /// Receives a packet; nil for the tunnel's path.
    mutating func receive(
        _ packet: WirePacket, from path: PathID?, at now: Duration
    ) throws(PacketDrop) -> (frames: PacketFrames?, receipt: PacketReceipt) {
        do throws(PacketDrop) {
            let header = try PacketHeader(packet.bytes)
            let text = packet.bytes.slice(PacketHeader.count...)
            guard let path else {
                let pending = try machine.admitTunnelled(header)
                let frames = try? PacketFrames(text, from: machine.end.peer)
                if frames?.payload != nil { payloads += 1 }
                return (frames, try machine.tunnelled(pending, frames: frames, at: now))
            }
            let pending = try machine.admit(header, count: packet.count, from: path, at: now)
            guard packet.key == key(of: pending.epoch) else {
                wrongKeys += 1
                _ = machine.failed()
                throw .forged
            }
            let frames = try? PacketFrames(text, from: machine.end.peer)
            let receipt = try machine.opened(
                pending, frames: pending.isDuplicate ? nil : frames, count: packet.count,
                from: path, at: now)
            if receipt.openingEpoch != nil { useBase() }
            if !pending.isDuplicate, frames?.payload != nil { payloads += 1 }
            return (pending.isDuplicate ? nil : frames, receipt)
        } catch {
            drops.count(error)
            throw error
        }
    }

    /// The key of an epoch: that of its own secret, or of the newest secret before it.
    private func key(of epoch: UInt32) -> KeyName {
        let base = openingKeys.keys.filter { $0 <= epoch }.max()
        return KeyName(secret: base.flatMap { openingKeys[$0] } ?? 0, epoch: epoch)
    }

    private mutating func useBase() {
        guard let secret = baseSecret, machine.sealing.base == nil else { return }
        sealingSecret = secret
        baseSecret = nil
    }
}

import ParleyDatagrams
import ParleyProtocol

/// A small world with entities of three types of different sizes, and one client of it.
struct FuzzedWorld {
    static let schema = registered.schema
    static let entities = registered.entities
    static let doors = registered.doors
    static let markers = registered.markers

    /// Two fields: less than any state of a ``FuzzedEntity``.
    struct Door: Replicated {
        var isOpen = false
        var opened: UInt32 = 0

        mutating func fields(_ visit: inout some FieldVisitor) {
            visit("isOpen", &isOpen)
            visit("opened", &opened, .unsigned(bits: 32))
        }
    }

    /// One field.
    struct Marker: Replicated {
        var isSet = false

        mutating func fields(_ visit: inout some FieldVisitor) { visit("isSet", &isSet) }
    }

    private static let registered = {
        var schema = ReplicationSchema()
        let entities = schema.register(FuzzedEntity.self, named: "fuzzed")
        let doors = schema.register(Door.self, named: "door")
        let markers = schema.register(Marker.self, named: "marker")
        return (schema: schema, entities: entities, doors: doors, markers: markers)
    }()

    private(set) var server = ReplicationServer(schema: schema)
    var client = ClientReplica()
    private var handles: [EntityHandle] = []
    private var door: EntityHandle?
    private(set) var number: UInt32 = 0

    /// A world of so many changing entities, one door and one marker.
    init(entities count: Int) {
        for _ in 0..<count {
            guard let handle = server.spawn(FuzzedEntity(), as: Self.entities) else { continue }
            client.show(handle)
            handles.append(handle)
        }
        door = server.spawn(Door(), as: Self.doors)
        let marker = server.spawn(Marker(), as: Self.markers)
        for handle in [door, marker].compactMap(\.self) { client.show(handle) }
    }

    /// One tick, in which one entity moves, and the last of several is seen every other time.
    mutating func tick(changing index: Int) -> [Datagram] {
        number += 1
        server.beginTick(Tick(number: number))
        var entity = FuzzedEntity()
        entity.x = Double(number) * 1.5
        entity.name = "tick \(number)"
        if index < handles.count { server.update(handles[index], entity, as: Self.entities) }
        if let door, number.isMultiple(of: 3) {
            server.update(door, Door(isOpen: true, opened: number), as: Self.doors)
        }
        if handles.count > 1, let last = handles.last {
            if number.isMultiple(of: 2) { client.hide(last) } else { client.show(last) }
        }
        return server.write(for: &client, budget: 1_200)
    }

    /// The packets of an honest client that acknowledges everything at once.
    static func history(entities: Int, ticks: Int) -> [Datagram] {
        var world = FuzzedWorld(entities: entities)
        var receiver = SnapshotReceiver(schema: schema)
        return (0..<ticks).flatMap { index in
            let packets = world.tick(changing: index % entities)
            for packet in packets { _ = try? receiver.receive(packet) }
            if let acknowledgement = receiver.acknowledgement {
                world.client.receive(acknowledgement)
            }
            return packets
        }
    }

    /// Packets one after the other, each behind its length.
    static func input(of packets: [Datagram]) -> [UInt8] {
        packets.flatMap { [UInt8($0.count & 0xFF), UInt8($0.count >> 8)] + $0.bytes }
    }

    /// The packets in these bytes; the last one may be cut short.
    static func packets(in bytes: [UInt8]) -> [Datagram] {
        var rest = bytes[...]
        var packets: [Datagram] = []
        while let low = rest.popFirst() {
            let count = Int(low) | Int(rest.popFirst() ?? 0) << 8
            packets.append(Datagram(embedded: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return packets
    }
}

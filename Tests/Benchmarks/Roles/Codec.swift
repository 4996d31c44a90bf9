import CAllocationMeter
import CBenchmarkBaseline
import Parley

/// A typical datagram of eight fields, there and back.
struct Observation: DatagramCodable, Sendable {
    var kind: UInt8 = 3
    var channel: UInt16 = 7
    var entity: UInt32
    var tick: UInt64
    var x: Float = 1.5
    var y: Float = 2.5
    var heading: Float = 0.25
    var isAlive = true

    init(entity: UInt32, tick: UInt64) {
        self.entity = entity
        self.tick = tick
    }

    init(from reader: inout DatagramReader) throws(DatagramError) {
        kind = try reader.read()
        channel = try reader.read()
        entity = try reader.read()
        tick = try reader.read()
        x = try reader.read(Float.self)
        y = try reader.read(Float.self)
        heading = try reader.read(Float.self)
        isAlive = try reader.read(Bool.self)
    }

    func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(kind)
        datagram.append(channel)
        datagram.append(entity)
        datagram.append(tick)
        datagram.append(x)
        datagram.append(y)
        datagram.append(heading)
        datagram.append(isAlive)
    }
}

enum Codec {
    static let fields = 8.0

    static func run(_ arguments: RoleArguments) throws {
        let count = Int64(arguments["iterations"])
        // The first round pays for work that a process does once.
        var sum = try roundTrip(number: 0)
        let before = allocation_count()
        let began = bench_now()
        for number in 0..<count { sum &+= try roundTrip(number: UInt64(number)) }
        let nanoseconds = bench_now() - began
        RoleProcess.say([
            "nanoseconds": nanoseconds, "count": count,
            "allocations": allocation_count() - before, "sum": Int64(truncatingIfNeeded: sum),
        ])
    }

    @inline(never)
    private static func roundTrip(number: UInt64) throws -> UInt64 {
        let observation = Observation(entity: UInt32(truncatingIfNeeded: number), tick: number)
        let datagram = try Datagram(encoding: observation)
        var reader = datagram.reader
        let read = try reader.read(Observation.self)
        try reader.expectEnd()
        return UInt64(read.entity) &+ read.tick
    }
}

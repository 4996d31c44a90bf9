package import Parley

/// A map travels as its side, the number of obstacles, and four numbers for each.
extension ArenaMap: DatagramCodable {
    /// The most obstacles of a map. Path finding takes time that grows with their square.
    package static let maximumObstacles = 64

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let side = Double(try reader.read(Float.self))
        guard (2...300).contains(side) else {
            throw reader.invalid(side, expected: "a side of 2…300 metres")
        }
        let count = Int(try reader.read(UInt16.self))
        guard count <= Self.maximumObstacles else {
            throw .limitExceeded(
                what: "the number of obstacles", limit: Self.maximumObstacles, offset: reader.offset
            )
        }
        var obstacles: [Rectangle] = []
        for _ in 0..<count {
            obstacles.append(try Self.obstacle(&reader, side: side))
        }
        self.init(side: side, obstacles: obstacles)
    }

    private static func obstacle(
        _ reader: inout DatagramReader, side: Double
    ) throws(DatagramError) -> Rectangle {
        let minX = Double(try reader.read(Float.self))
        let minY = Double(try reader.read(Float.self))
        let maxX = Double(try reader.read(Float.self))
        let maxY = Double(try reader.read(Float.self))
        // Written so that a NaN fails too.
        guard minX >= 0, minY >= 0, minX < maxX, minY < maxY, maxX <= side, maxY <= side else {
            throw reader.invalid(
                "(\(minX), \(minY)) … (\(maxX), \(maxY))", expected: "an obstacle inside the walls")
        }
        return Rectangle(minX, minY, maxX, maxY)
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        guard obstacles.count <= Self.maximumObstacles else {
            throw .notRepresentable(value: "\(obstacles.count) obstacles", type: "a map of 64")
        }
        datagram.append(Float(side))
        datagram.append(UInt16(obstacles.count))
        for obstacle in obstacles {
            for corner in [obstacle.minimum, obstacle.maximum] {
                datagram.append(Float(corner.x))
                datagram.append(Float(corner.y))
            }
        }
    }
}

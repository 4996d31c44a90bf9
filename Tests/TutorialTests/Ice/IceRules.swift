import Parley

extension Ice {
    /// The walls around the rink and the pillar in its middle.
    static let rink = CollisionWorld([
        .box(low: Vector3(-1, -1), high: Vector3(0, 41)),
        .box(low: Vector3(40, -1), high: Vector3(41, 41)),
        .box(low: Vector3(-1, -1), high: Vector3(41, 0)),
        .box(low: Vector3(-1, 40), high: Vector3(41, 41)),
        .box(low: Vector3(14, 14), high: Vector3(17, 17)),
    ])

    /// The surroundings are always the same, for every skater.
    static func surroundings(of world: borrowing SnapshotReceiver) -> CollisionWorld { rink }

    /// One step: push, glide, and slide along obstacles.
    static func advance(
        _ skater: inout Skater, by command: Command, in rink: CollisionWorld,
        during step: TickStep
    ) {
        let push = SIMD2(Double(command.x), Double(command.y)) / 100
        skater.velocity += push * (12 * step.seconds)
        skater.velocity *= 1 - 0.8 * step.seconds
        let way = skater.velocity * step.seconds
        let end = rink.move(
            .sphere(radius: 0.4), from: Vector3(skater.position.x, skater.position.y),
            by: Vector3(way.x, way.y)
        ).position
        skater.velocity = (SIMD2(end.x, end.y) - skater.position) / step.seconds
        skater.position = SIMD2(end.x, end.y)
    }
}

public import ParleyProtocol

/// A part of the world, such as a room or a level. Players in an area see the entities in it, and no
/// others.
public typealias Area = InterestGrid.Area

/// A kind of entity that the server replicates to clients: its fields, and where it is.
///
/// ```swift
/// struct Door: WorldEntity {
///     var x = 0.0
///     var y = 0.0
///     var isOpen = false
///     var place: SIMD2<Double> { SIMD2(x, y) }
///
///     mutating func fields(_ visit: inout some FieldVisitor) {
///         visit("isOpen", &isOpen)
///         visit("x", &x, .fixed(in: 0...64, precision: 0.1))
///         visit("y", &y, .fixed(in: 0...64, precision: 0.1))
///     }
/// }
/// ```
public protocol WorldEntity: Replicated, Interpolatable, Equatable {
    /// Its place on the plane by which the server decides which clients see it, in the game's unit of
    /// length.
    var place: SIMD2<Double> { get }

    /// The area that it is in; 0 unless the game has several.
    var area: Area { get }

    /// How urgent its changes are; 1 is usual. It decides which entities wait if a snapshot is full.
    var importance: Float { get }

    /// Whether it appeared here and did not move here from its place in an earlier snapshot: then clients
    /// do not interpolate between the two. By default, whether the area is another.
    func isTeleport(from earlier: Self) -> Bool
}

extension WorldEntity {
    /// The only area of a world that has one.
    public var area: Area { 0 }

    /// As urgent as usual.
    public var importance: Float { 1 }

    /// True when the area is another.
    public func isTeleport(from earlier: Self) -> Bool { area != earlier.area }
}

/// The kind of entity that a player moves and the player's client predicts.
public protocol PlayerBody: WorldEntity {
    /// The part that is smoothed on the screen after a wrong prediction: its position, say.
    associatedtype Pose: Blendable

    /// The part that is smoothed. Only the drawn value is smoothed, never the value that the rules see.
    var pose: Pose { get set }

    /// Corrections from this length on are shown at once, in the pose's unit of length.
    static var teleportLength: Double { get }
}

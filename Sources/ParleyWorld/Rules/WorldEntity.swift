public import ParleyProtocol

/// A part of the world that one is in or not, such as a room or a level: who is in it sees what is
/// in it, and nothing else.
public typealias Area = InterestGrid.Area

/// A kind of entity that the server shows to clients: its fields, and where it is.
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
    /// Where it is on the plane by which the server decides who sees it, in the game's unit of length.
    var place: SIMD2<Double> { get }

    /// The area that it is in; 0 unless the game has several.
    var area: Area { get }

    /// How urgent its news are, 1 being usual: what does not fit a snapshot waits by it.
    var importance: Float { get }

    /// Whether it did not move here from where it was in an earlier snapshot, but appeared: then
    /// nothing is shown between the two. Unless the game says otherwise, when the area is another.
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

/// The kind of entity that a player moves, and a client predicts.
public protocol PlayerBody: WorldEntity {
    /// What of it is smoothed on the screen when a prediction was wrong: its position, say.
    associatedtype Pose: Blendable

    /// The part that is smoothed. The rules never see it smoothed; only what is drawn is.
    var pose: Pose { get set }

    /// Corrections from this length on are shown at once, in the pose's unit of length.
    static var teleportLength: Double { get }
}

/// Tells a sender that found a queue full when there is room again.
@usableFromInline
struct SendCapacity: Sendable {
    let promise: Promise<Void>
}

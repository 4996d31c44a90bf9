/// Tells a sender that found a queue full when there is room again.
@usableFromInline
struct Room: Sendable {
    let promise: Promise<Void>
}

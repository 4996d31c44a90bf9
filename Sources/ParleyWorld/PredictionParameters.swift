import ParleyProtocol

/// The parts of a game's rules by which a server serves predicting clients.
public struct PredictionParameters<Command: Sendable>: Sendable {
    /// The stand-in for missing commands at a tick rate.
    let standIn: @Sendable (_ tickRate: Int) -> CommandStandIn<Command>
    /// The types of entities.
    let schema: ReplicationSchema
    /// The type of the bodies that players move.
    let bodyType: Int
    /// How far players see.
    let interest: InterestGrid.Configuration

    init(
        standIn: @escaping @Sendable (_ tickRate: Int) -> CommandStandIn<Command>,
        schema: ReplicationSchema, bodyType: Int, interest: InterestGrid.Configuration
    ) {
        let most = SnapshotPacket.maximumOverhead(schema.layouts[bodyType])
        precondition(most <= 255, "a body and what goes with it have \(most) bytes, more than 255")
        self.standIn = standIn
        self.schema = schema
        self.bodyType = bodyType
        self.interest = interest
    }
}

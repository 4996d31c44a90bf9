import ParleyProtocol

extension ClientPrediction {
    /// The counts that the prediction's parts do not keep.
    struct Counts {
        var snapshotBytes = 0
        var refusedSnapshots = 0
        var checkedSnapshots = 0
        var driftedSnapshots = 0
        var commandLoss = 0.0
        var corrections = RecentEvents(window: .seconds(10))
    }

    /// The client's clocks, predictions and traffic; the link's part is left empty.
    package func statistics(at now: Duration) -> PlayStatistics {
        var statistics = PlayStatistics()
        statistics.hasBody = bodyHandle != nil
        statistics.margin = inputClock?.typicalMargin
        statistics.speed = inputClock?.speed ?? 1
        statistics.jumps = inputClock?.jumps ?? 0
        statistics.ticksAhead = prediction?.ahead ?? 0
        statistics.commandLoss = counts.commandLoss
        statistics.snapshotLoss = moments.loss.share
        statistics.interpolationDelay = moments.delay
        statistics.prediction = prediction?.statistics ?? PredictionStatistics()
        statistics.correctionsPerSecond = counts.corrections.rate(at: now)
        statistics.snapshotBytes = counts.snapshotBytes
        statistics.refusedSnapshots = counts.refusedSnapshots
        statistics.checkedSnapshots = counts.checkedSnapshots
        statistics.driftedSnapshots = counts.driftedSnapshots
        for (index, layout) in receiver.schema.layouts.enumerated() {
            statistics.traffic[layout.name] = EntityTraffic(
                states: receiver.statistics.states[index],
                bytes: (receiver.statistics.bits[index] + 7) / 8)
        }
        return statistics
    }

    /// How many times of corrections are kept.
    package var rememberedCorrections: Int { counts.corrections.count }
}

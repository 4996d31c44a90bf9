import ParleyProtocol

extension ClientStage {
    /// What the stage counts beside its parts.
    struct Counts {
        var showBytes = 0
        var refusedShows = 0
        var checkedShows = 0
        var driftedShows = 0
        var commandLoss = 0.0
        var corrections = RecentEvents(window: .seconds(10))
    }

    /// The client's clocks, predictions and traffic; the link's part is left empty.
    package func statistics(at now: Duration) -> PlayStatistics {
        var statistics = PlayStatistics()
        statistics.margin = inputClock?.typicalMargin
        statistics.speed = inputClock?.speed ?? 1
        statistics.jumps = inputClock?.jumps ?? 0
        statistics.ticksAhead = prediction?.ahead ?? 0
        statistics.commandLoss = counts.commandLoss
        statistics.snapshotLoss = moments.loss.share
        statistics.interpolationDelay = moments.delay
        statistics.prediction = prediction?.statistics ?? PredictionStatistics()
        statistics.correctionsPerSecond = counts.corrections.rate(at: now)
        statistics.showBytes = counts.showBytes
        statistics.refusedShows = counts.refusedShows
        statistics.checkedShows = counts.checkedShows
        statistics.driftedShows = counts.driftedShows
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

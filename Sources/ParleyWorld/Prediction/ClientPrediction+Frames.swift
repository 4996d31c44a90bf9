import ParleyProtocol

extension ClientPrediction {
    /// The frame to draw now; nil before the first snapshot.
    package mutating func frame(at now: Duration) -> GameFrame<G>? {
        guard let clock = inputClock, let moment = moments.moment(at: now) else { return nil }
        deviation.decay(over: now - (lastFrame ?? now))
        lastFrame = now
        let present = clock.position(at: now)
        return GameFrame(
            tick: present, moment: moment, me: ownBody(at: present, moment),
            myHandle: bodyHandle, authoritative: prediction?.authoritative ?? nil,
            authoritativeTick: prediction?.authoritativeTick,
            deviation: predicts ? deviation.length : 0, received: receiver, tickRate: tickRate,
            extrapolation: max(limits.extrapolation / .seconds(1), 0) * Double(tickRate))
    }

    /// Draws the body from this pose on, and from there to where it is predicted.
    mutating func goOn(from pose: G.Body.Pose) {
        guard let body = prediction?.predicted ?? nil else { return }
        deviation.reset()
        deviation.correct(from: pose, to: body.pose, isTeleport: false)
    }

    private func ownBody(at present: TickTime, _ moment: TickTime) -> G.Body? {
        guard let prediction, let after = prediction.predicted else { return nil }
        guard predicts else { return ownPast.state(at: moment, tickRate: tickRate) }
        let before = prediction.previous ?? after
        var body = after
        if !after.isTeleport(from: before) {
            let fraction = min(max(present.ticks - Double(prediction.tick.number), 0), 1)
            body = before.interpolated(to: after, at: fraction, over: 1 / Double(tickRate))
        }
        body.pose = deviation.shown(body.pose)
        return body
    }
}

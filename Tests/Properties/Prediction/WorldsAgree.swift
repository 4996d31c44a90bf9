import ParleySimulation
import ParleyWorld
import TestGames

extension Property {
    /// Predicting players on each of the named links.
    static let worldsAgree: [Property] = LinkBounds.all.map { bounds in
        Property(
            "worlds-agree-\(bounds.link)",
            "On a link like \(bounds.link), the states of a predicting client are the server's, "
                + "its predictions are right unless a command was missed, one command counts a tick, "
                + "and in the end all clients agree with the server.",
            conditions: Conditions(link: bounds.link)
        ) { trial in
            try await MeadowTrial(trial, bounds).run()
        }
    }

    /// Predicting players whose clocks, and whose server's, run at other rates.
    static let worldsAgreeDrifting = Property(
        "worlds-agree-drifting",
        "The same on a good link, with clocks that run up to a thousandth too fast or too slow.",
        conditions: Conditions("lan, drifting clocks", .lan, .drifting)
    ) { trial in
        try await MeadowTrial(trial, .drifting).run()
    }
}

extension Faults {
    fileprivate static var drifting: Faults {
        var faults = Faults()
        faults.clockRates = 0.999...1.001
        return faults
    }
}

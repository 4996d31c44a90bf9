import ParleySimulation
import ParleyWorld
import TestGames

extension Property {
    /// Predicting players on each of the named links.
    static let worldsAgree: [Property] = LinkBounds.all.map { bounds in
        Property(
            "worlds-agree-\(bounds.link)",
            "On a link like \(bounds.link), whatever a predicting client received is what there was, "
                + "its predictions are right unless a command was missed, one command counts a tick, "
                + "and once all is quiet everybody sees the same.",
            link: bounds.link
        ) { trial in
            try await MeadowTrial(trial, bounds).run()
        }
    }
}

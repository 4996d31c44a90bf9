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
}

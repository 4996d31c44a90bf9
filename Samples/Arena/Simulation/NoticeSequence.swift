import ArenaGame

/// The notices of one player, and whether they fit together.
///
/// First comes the map, then every player and NPC, then a score for each. After that only news follow
/// that agree with what the player knows.
struct NoticeSequence {
    private enum Chapter {
        case map
        case residents
        case scores
        case news
    }

    /// The score of every player and NPC in the game.
    private(set) var scores: [EntityID: UInt16] = [:]
    private var chapter = Chapter.map
    private var introduced: [EntityID] = []
    private var tagger: EntityID?

    /// Whether the introduction is complete.
    var isIntroduced: Bool { chapter == .news }

    /// Takes the next notice.
    ///
    /// - Returns: What is wrong with it; nil when nothing is.
    mutating func hear(_ notice: ArenaMessages.Notice) -> String? {
        if let tagger {
            self.tagger = nil
            return score(notice, of: tagger)
        }
        switch (chapter, notice) {
        case (.map, .map):
            chapter = .residents
            return nil
        case (.residents, .joined(let id, _)):
            introduced.append(id)
            return enter(id)
        case (.residents, .score), (.scores, .score):
            return introduce(notice)
        case (.news, .joined(let id, _)):
            return enter(id)
        case (.news, .left(let id)):
            return scores.removeValue(forKey: id) == nil ? "\(id) left without being there" : nil
        case (.news, .chat(let id, _)):
            return scores[id] == nil ? "\(id) talks without being there" : nil
        // The player has gone through a door into another area.
        case (.news, .map): return nil
        case (.news, .tagged(let tag)):
            return follow(tag)
        default:
            return "told \(notice) in the chapter \(chapter)"
        }
    }

    private mutating func enter(_ id: EntityID) -> String? {
        scores.updateValue(0, forKey: id) == nil ? nil : "\(id) joined twice"
    }

    private mutating func introduce(_ notice: ArenaMessages.Notice) -> String? {
        guard case .score(let id, let score) = notice, introduced.first == id else {
            return "told \(notice), not the score of \(introduced.first as Any)"
        }
        introduced.removeFirst()
        scores[id] = score
        chapter = introduced.isEmpty ? .news : .scores
        return nil
    }

    private mutating func follow(_ tag: Tag) -> String? {
        tagger = tag.tagger
        guard tag.tagger != tag.tagged, scores[tag.tagger] != nil, scores[tag.tagged] != nil else {
            return "\(tag) without both being there"
        }
        return nil
    }

    /// A tag is a point, and no notice comes between the two.
    private mutating func score(_ notice: ArenaMessages.Notice, of tagger: EntityID) -> String? {
        let expected = (scores[tagger] ?? 0) &+ 1
        guard notice == .score(tagger, expected) else {
            return "told \(notice), not that \(tagger) has \(expected) now"
        }
        scores[tagger] = expected
        return nil
    }
}

import ParleyHandoff

/// What a world server has counted of the store's answers, for metrics.
struct StoreCallCounts: Hashable, Sendable {
    /// Durable calls of a zone that were refused, because it is not the owner: by the kind of the call.
    var fenceRefusals: [String: UInt64] = [:]
    /// Processes that were declared gone.
    var retired: UInt64 = 0
    /// Characters of processes that were gone, which another one got, or which went out.
    var recovered: UInt64 = 0
    /// Characters whose states failed for the last time.
    var quarantined: UInt64 = 0

    /// Notes an answer.
    mutating func note(_ answer: OwnershipAnswer, to request: OwnershipRequest) {
        switch answer {
        case .zone(let answer): if answer.kind == .retire, answer.isDone { retired += 1 }
        case .character(let answer):
            if answer.kind == .recover, answer.isDone { recovered += 1 }
            if answer.kind == .fail, answer.isDone, answer.now?.access == .quarantined {
                quarantined += 1
            }
            guard !answer.isDone, let owner = request.owner, answer.now?.owner != owner else {
                return
            }
            fenceRefusals["\(answer.kind)", default: 0] += 1
        case .survey, .generation: break
        }
    }

    /// Notes an answer to a deal.
    mutating func note(_ answer: DealAnswer) {
        if answer.verdict == .refused(.notOwner) { fenceRefusals["deal", default: 0] += 1 }
    }
}

extension OwnershipRequest {
    /// The owner that the request names; nil if it names none, or one that is gone.
    fileprivate var owner: Owner? {
        switch self {
        case .commit(_, let owner, _, _), .stay(_, let owner, _), .leave(_, let owner, _, _),
            .fail(_, let owner, _), .fence(_, let owner), .checkpoint(_, let owner, _),
            .perform(_, _, let owner):
            owner
        default: nil
        }
    }
}

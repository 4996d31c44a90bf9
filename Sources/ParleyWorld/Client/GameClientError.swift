public import ParleySessions

/// Why a client is not, or no longer, in a game.
public typealias GameClientError = ClientSessionError

// A game names players, ticks and goodbyes in its world: who imports the world has them, too.
@_exported public import ParleyProtocol
// And its clients name connection states and errors of sessions.
@_exported public import ParleySessions

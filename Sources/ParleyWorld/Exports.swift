// A game names players, ticks and goodbyes in its world: who imports the world has them, too.
@_exported public import ParleyProtocol

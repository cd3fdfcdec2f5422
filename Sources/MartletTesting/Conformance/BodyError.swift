/// An error that is no engine's.
struct BodyError: Error, Equatable {}

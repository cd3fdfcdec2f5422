/// Why a process could not be started.
package struct SpawnFailure: Error, Sendable, CustomStringConvertible {
    package let description: String
}

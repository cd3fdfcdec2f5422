import MartletCore

/// Reads that run side by side, written one below the other in a `parallel { }`.
public struct Reads<each Success: Sendable>: Sendable {
    private let reads: (repeat Read<each Success>)

    fileprivate init(_ reads: (repeat Read<each Success>)) {
        self.reads = reads
    }

    var statements: [BoundStatement] {
        var statements: [BoundStatement] = []
        for read in repeat each reads { statements.append(read.statement) }
        return statements
    }

    /// Makes the results of the rows of each statement.
    func decode(_ results: [Rows]) throws -> (repeat each Success) {
        var position = 0
        func next() -> Rows {
            defer { position += 1 }
            return results[position]
        }
        return (repeat try (each reads).decode(next()))
    }
}

/// Collects the reads of a `parallel { }`.
@resultBuilder
public enum ReadsBuilder {
    /// Takes the reads as they are written.
    public static func buildBlock<each Success: Sendable>(
        _ read: repeat Read<each Success>
    ) -> Reads<repeat each Success> {
        Reads((repeat each read))
    }
}

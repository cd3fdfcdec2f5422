public import MartletCore

/// A statement whose rows are read page by page, each page at the cost of the first.
///
///     let chats = PagedStatement(
///         "SELECT id, title, updated_at FROM chats WHERE owner = \(owner)",
///         orderedBy: [.descending("updated_at"), .descending("id")],
///         signer: signer
///     )
///     let page = try await chats.page(at: request.cursor, size: 50, on: connection)
///
/// Instead of counting off the rows of earlier pages, a page asks for those behind the last one that was seen, which
/// an index on the keys finds at once. A row that is there throughout, and whose keys do not change, appears exactly
/// once, whatever is added and removed meanwhile. A page is one statement and one round trip. The values of the keys
/// are bound in the type they were read in, so microseconds and decimals lose nothing.
///
/// The index begins with the columns the statement compares for equality, followed by the keys as they are ordered. A
/// statement that groups, or that has a LIMIT, is computed in full for each page. Its text must not end in a comment
/// that is left open.
public struct PagedStatement: Sendable {
    /// Rows of a page at the most.
    public static let sizeMax = 10_000

    private let statement: BoundStatement
    private let keys: [PageKey]
    private let signer: CursorSigner
    private let scope: [Value]
    private let name: String?

    /// Takes a statement without an ORDER BY of its own, and the order of its rows.
    ///
    /// - Parameters:
    ///   - statement: what is read.
    ///   - keys: columns of the statement's result; the last is unique and never NULL.
    ///   - signer: signs the cursors.
    ///   - scope: what else a cursor is good for alone, such as the tenant or the user.
    ///   - name: what a cursor belongs to instead of the statement's text, so that it outlives changes of that text.
    public init(
        _ statement: BoundStatement,
        orderedBy keys: [PageKey],
        signer: CursorSigner,
        scope: [Value] = [],
        name: String? = nil
    ) {
        precondition(!keys.isEmpty, "an order needs a key")
        precondition(Set(keys.map(\.column)).count == keys.count, "an order names a column once")
        precondition(keys.last?.nulls == .never, "the last key breaks ties and is never NULL")
        self.statement = statement
        self.keys = keys
        self.signer = signer
        self.scope = scope
        self.name = name
    }

    /// Reads the page that a cursor leads to, or the first.
    ///
    /// One round trip.
    ///
    /// - Throws: `PagingError` for a cursor that is not one of this statement, which `isBadCursor` tells, and with the
    ///   code `.unusableSize` for a size that is not within 1...10,000.
    public func page(
        at cursor: PageCursor? = nil,
        size: Int,
        on connection: any Connection,
        timeout: Duration? = nil
    ) async throws -> Page {
        let position = try position(of: cursor)
        let rows = try await connection.run(
            try statement(from: position, size: size, dialect: connection.dialect),
            timeout: timeout
        )
        return try page(of: rows, size: size, readFrom: position, cursor: cursor)
    }

    /// Reads the last page.
    ///
    /// One round trip, at the cost of the first page.
    public func lastPage(size: Int, on connection: any Connection, timeout: Duration? = nil) async throws -> Page {
        let rows = try await connection.run(
            try firstStatement(keys.map(\.reversed), size: size, dialect: connection.dialect),
            timeout: timeout
        )
        let end = PagePosition(direction: .backwards, isInclusive: false, values: [])
        return try page(of: rows, size: size, readFrom: end, cursor: nil)
    }

    /// A cursor to the rows behind a row of this statement: the place up to which a user has read.
    public func cursor(behind row: Row) throws(PagingError) -> PageCursor {
        try cursor(at: row, .forwards)
    }

    /// A cursor to the rows before a row of this statement.
    public func cursor(before row: Row) throws(PagingError) -> PageCursor {
        try cursor(at: row, .backwards)
    }

    /// The statement that `page` would run, to see its plan.
    public func pageStatement(
        at cursor: PageCursor? = nil,
        size: Int,
        dialect: Dialect
    ) throws(PagingError) -> BoundStatement {
        try statement(from: try position(of: cursor), size: size, dialect: dialect)
    }

    // One row more than the page has tells whether there is a page behind it.
    private func statement(
        from position: PagePosition?,
        size: Int,
        dialect: Dialect
    ) throws(PagingError) -> BoundStatement {
        guard let position else { return try firstStatement(keys, size: size, dialect: dialect) }
        try check(size)
        let keys = position.direction == .forwards ? keys : keys.map(\.reversed)
        let conditions = KeysetConditions(
            keys: keys,
            position: position,
            dialect: dialect,
            valuesBefore: statement.values.count
        )
        let base = statement.numberedText(dialect)
        let parts = conditions.parts.map { part in
            "SELECT * FROM (\(base)\n) AS page WHERE \(part.condition) ORDER BY \(part.order) LIMIT \(size + 1)"
        }
        let text: String
        if parts.count == 1 {
            text = parts[0]
        } else {
            let union = parts.enumerated().map { "SELECT * FROM (\($1)) AS part\($0)" }
            let order = keys.map { $0.orderTerm(statingNulls: true) }.joined(separator: ", ")
            text =
                "SELECT * FROM (\(union.joined(separator: " UNION ALL "))) AS pages"
                + " ORDER BY \(order) LIMIT \(size + 1)"
        }
        return BoundStatement(
            Statement(unsafeText: text),
            values: statement.values + conditions.boundValues
        )
    }

    private func check(_ size: Int) throws(PagingError) {
        guard !(1...Self.sizeMax).contains(size) else { return }
        throw PagingError(.unusableSize, "a page of \(size) rows was asked for; ask for 1 to \(Self.sizeMax)")
    }

    private func firstStatement(
        _ keys: [PageKey],
        size: Int,
        dialect: Dialect
    ) throws(PagingError) -> BoundStatement {
        try check(size)
        let order = keys.map { $0.orderTerm(statingNulls: true) }.joined(separator: ", ")
        let base = statement.numberedText(dialect)
        return BoundStatement(
            Statement(unsafeText: "SELECT * FROM (\(base)\n) AS page ORDER BY \(order) LIMIT \(size + 1)"),
            values: statement.values
        )
    }

    private func page(
        of read: Rows,
        size: Int,
        readFrom position: PagePosition?,
        cursor: PageCursor?
    ) throws(PagingError) -> Page {
        let isBackwards = position?.direction == .backwards
        let kept = Array(0..<min(size, read.count))
        let indices = isBackwards ? Array(kept.reversed()) : kept
        let rows = Rows(
            columns: read.columns,
            affectedRows: indices.count,
            storage: SelectedRows(read, indices: indices)
        )
        guard let first = rows.first, let last = rows.last else { return try emptyPage(rows, position) }
        for row in rows { _ = try keyValues(of: row) }
        let hasMore = read.count > size
        // Before a page that was read from a cursor is the row that the cursor was made at, and the other way round.
        let hasNext = isBackwards ? cursor != nil : hasMore
        let hasPrevious = isBackwards ? hasMore : cursor != nil
        let resume = try self.cursor(at: last, .forwards)
        return Page(
            rows: rows,
            next: hasNext ? resume : nil,
            previous: hasPrevious ? try self.cursor(at: first, .backwards) : nil,
            resume: resume
        )
    }

    /// A page behind or before all rows; the way back begins at its place itself, which may be a row.
    private func emptyPage(_ rows: Rows, _ position: PagePosition?) throws(PagingError) -> Page {
        guard let position, !position.values.isEmpty else {
            return Page(rows: rows, next: nil, previous: nil, resume: nil)
        }
        var back = position
        back.direction = position.direction == .forwards ? .backwards : .forwards
        back.isInclusive = !position.isInclusive
        let isBackwards = position.direction == .backwards
        let here = try signer.cursor(at: position, boundTo: owner)
        let there = try signer.cursor(at: back, boundTo: owner)
        return Page(
            rows: rows,
            next: isBackwards ? there : nil,
            previous: isBackwards ? nil : there,
            resume: isBackwards ? there : here
        )
    }

    private func position(of cursor: PageCursor?) throws(PagingError) -> PagePosition? {
        guard let cursor else { return nil }
        let position = try signer.position(of: cursor, boundTo: owner)
        guard position.values.count == keys.count else {
            throw PagingError(.foreignCursor, "the cursor has \(position.values.count) keys, the order \(keys.count)")
        }
        return position
    }

    private func cursor(at row: Row, _ direction: PagePosition.Direction) throws(PagingError) -> PageCursor {
        let position = PagePosition(direction: direction, isInclusive: false, values: try keyValues(of: row))
        return try signer.cursor(at: position, boundTo: owner)
    }

    private func keyValues(of row: Row) throws(PagingError) -> [Value] {
        try keys.map { key throws(PagingError) in
            let name = key.column.name
            guard let column = row.columns.firstIndex(of: name) else {
                throw PagingError(
                    .missingKey,
                    "the rows are ordered by \(name), which is not among their columns: "
                        + "\(row.columns.joined(separator: ", ")); select it too"
                )
            }
            let value = row[column]
            guard !value.isNull || key.nulls != .never else {
                throw PagingError(
                    .nullKey,
                    "the rows are ordered by \(name), which was said never to be NULL and is; "
                        + "say where its NULLs stand: .ascending(\"\(name)\", nulls: .last)"
                )
            }
            return value
        }
    }

    /// What a cursor is good for: statement or name, order, and scope.
    private var owner: [UInt8] {
        var writer = CursorWriter()
        writer.append(prefixed: (name ?? statement.statement.text).utf8)
        for key in keys {
            writer.append(prefixed: key.column.name.utf8)
            writer.append(prefixed: key.orderTerm(statingNulls: true).utf8)
        }
        writer.append(.array(scope))
        return writer.bytes
    }
}

public import MartletCore

extension PagedStatement {
    /// Reads page after page from a cursor, or from the first, until there are none.
    ///
    /// One round trip for each page, and no snapshot is kept between them, so it suits exports and batch work that
    /// take long: what is cleaned up and written meanwhile does not wait. Keep `page.resume` to go on after a restart.
    /// Ends with the error of the body when it throws, and when the task is cancelled.
    public func forEachPage(
        from cursor: PageCursor? = nil,
        size: Int,
        on connection: any Connection,
        _ body: (Page) async throws -> Void
    ) async throws {
        var page = try await page(at: cursor, size: size, on: connection)
        while !page.rows.isEmpty {
            try await body(page)
            guard let next = page.next else { return }
            page = try await self.page(at: next, size: size, on: connection)
        }
    }
}

extension Normalizer {
    @inline(__always)
    mutating func takeOpen(_ token: Token) {
        let opensList = lastRole == .in || lastRole == .list
        let opensRows = lastRole == .values
        let isBracket = lexer.bytes[token.start] == .openBracket
        // ARRAY[[1, 2], [3, 4]]: what stands in an array's list is a list.
        let isNestedArray = isBracket && frame.state == .list && frame.isElementEmpty
        endToken()
        if opensRows { beginElements(.rows) }
        if depth < stack.count {
            stack[depth] = frame
            frame = NormalizerFrame(state: opensList || isNestedArray ? .list : .plain)
            writer.openList(lexer.text(of: token))
        } else {
            addBoundary(token)
        }
        depth &+= 1
    }

    @inline(__always)
    mutating func takeClose(_ token: Token) {
        guard depth > 0, depth <= stack.count else {
            depth = max(0, depth &- 1)
            endToken()
            return addBoundary(token)
        }
        // SQLite has `IN ()`; it is a list like any other.
        if frame.state == .list, frame.isEmpty { addLiteral() }
        endToken()
        closeFrame(lexer.bytes[token.start])
        writer.closeList(lexer.text(of: token))
    }

    private mutating func closeFrame(_ byte: UInt8) {
        endElement()
        depth &-= 1
        let inner = frame.hash
        frame = stack[depth]
        frame.add(inner &+ UInt64(byte))
    }

    private mutating func addBoundary(_ token: Token) {
        let text = lexer.text(of: token)
        frame.add(NormalizerFrame.hash(of: text, kind: token.kind))
        writer.symbol(text, kind: token.kind)
    }

    /// Ends the rows of VALUES at whatever goes on after them: RETURNING, ON CONFLICT, an alias.
    @inline(__always)
    mutating func endRows(before kind: Token.Kind) {
        switch kind {
        case .comma, .open, .close, .semicolon: return
        default:
            if !frame.isElementEmpty { endElement() }
            frame.state = .plain
        }
    }

    @inline(__always)
    mutating func endElement() {
        if !frame.endElement() { writer.dropElement() }
    }

    mutating func beginElements(_ state: NormalizerFrame.State) {
        frame.beginElements(state)
        writer.beginElement()
    }

    /// The hash of all that was read; parentheses that are still open end here.
    mutating func hashOfAll() -> UInt64 {
        while depth > stack.count { depth &-= 1 }
        while depth > 0 { closeFrame(0) }
        endElement()
        return frame.hash
    }
}

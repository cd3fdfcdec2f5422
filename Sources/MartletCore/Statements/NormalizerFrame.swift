/// What is known of one parenthesis while it is open.
struct NormalizerFrame {
    /// The elements so far.
    private(set) var hash: UInt64 = 0
    /// The tokens of the element that is being read.
    private(set) var element = Self.emptyElement
    /// The element before it; 0 if there is none.
    private var previous: UInt64 = 0
    /// How elements are treated.
    var state: State

    enum State: UInt8 {
        /// All elements count.
        case plain
        /// Of equal neighbours one counts.
        case list
        /// The same, for the rows of VALUES, which end without a parenthesis of their own; goes to `plain`.
        case rows
    }

    /// Parentheses within one another whose lists are told apart. With 32 bytes to a frame this is a kilobyte, the most
    /// that a temporary allocation takes from the stack instead of the heap.
    static let depthMax = 32

    private static let emptyElement: UInt64 = 0x8EBC_6AF0_9C88_C6E3
    /// What a value counts as.
    static let literal: UInt64 = 0x5899_65CC_7537_4CC3
    /// What `=` and `==` count as.
    static let equal: UInt64 = 0x1D8E_4E27_C47D_124F
    /// What `<>` and `!=` count as.
    static let unequal: UInt64 = 0xEB44_ACCA_B455_D165

    init(state: State = .plain) {
        self.state = state
    }

    /// Whether nothing was read yet.
    var isEmpty: Bool { hash == 0 && isElementEmpty }

    /// Whether nothing of the element was read yet.
    var isElementEmpty: Bool { element == Self.emptyElement }

    /// Adds a token to the element.
    @inline(__always)
    mutating func add(_ token: UInt64) {
        element = mixed(element, token)
    }

    /// Ends an element and says whether it counts.
    @inline(__always)
    mutating func endElement() -> Bool {
        let counts = state == .plain || element != previous
        if counts {
            hash = mixed(hash, element)
            previous = element
        }
        element = Self.emptyElement
        return counts
    }

    /// Ends what went before, whatever it is, and begins anew with elements that are treated in this way.
    mutating func beginElements(_ state: State) {
        if !isElementEmpty { hash = mixed(hash, element) }
        element = Self.emptyElement
        previous = 0
        self.state = state
    }

    /// The hash of a token that is neither word, name nor value.
    @inline(__always)
    static func hash(of text: UnsafeRawBufferPointer, kind: Token.Kind) -> UInt64 {
        var hash = WordHash(quoted: true)
        for byte in text { hash.add(byte) }
        return hash.value &+ UInt64(kind.rawValue) &+ 1
    }
}

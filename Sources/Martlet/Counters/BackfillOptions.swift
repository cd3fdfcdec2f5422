/// How a counter is filled in batches.
package struct BackfillOptions: Sendable, Hashable {
    /// Keys in one batch: 100 in the document that the command comes from.
    package var batchSize = 100
    /// Whether keys that have a number already are passed over.
    package var skipsExisting = true
    /// A pause after each batch.
    package var throttle = Duration.zero

    package init(batchSize: Int = 100, skipsExisting: Bool = true, throttle: Duration = .zero) {
        self.batchSize = batchSize
        self.skipsExisting = skipsExisting
        self.throttle = throttle
    }
}

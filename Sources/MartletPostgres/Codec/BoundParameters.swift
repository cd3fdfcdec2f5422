/// Values as libpq takes them, for the duration of one call.
struct BoundParameters {
    /// A statement without values.
    static var none: BoundParameters { BoundParameters(count: 0, values: nil, lengths: nil, formats: nil) }

    let count: Int32
    let values: UnsafePointer<UnsafePointer<CChar>?>?
    let lengths: UnsafePointer<Int32>?
    let formats: UnsafePointer<Int32>?

    /// The values of one statement of several.
    func part(from first: Int, count: Int) -> BoundParameters {
        BoundParameters(
            count: Int32(clamping: count),
            values: values?.advanced(by: first),
            lengths: lengths?.advanced(by: first),
            formats: formats?.advanced(by: first)
        )
    }
}

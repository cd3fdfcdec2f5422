internal import MartletCore

/// The binary format of `numeric`: base-10,000 digits, the weight of the first, a sign and the number of decimals.
///
/// Source: numeric_send and numeric_out, PostgreSQL 15, src/backend/utils/adt/numeric.c.
enum NumericFormat {
    static func decode(_ bytes: UnsafeRawBufferPointer) -> DecimalNumber? {
        guard let count = bytes.bigEndian(Int16.self), let weight = bytes.bigEndian(Int16.self, at: 2),
            let sign = bytes.bigEndian(UInt16.self, at: 4), let scale = bytes.bigEndian(Int16.self, at: 6)
        else { return nil }
        switch sign {
        case 0xC000: return DecimalNumber(trusted: "NaN")
        case 0xD000: return DecimalNumber(trusted: "Infinity")
        case 0xF000: return DecimalNumber(trusted: "-Infinity")
        default: break
        }
        func group(_ position: Int) -> Int {
            guard position >= 0, position < Int(count) else { return 0 }
            return Int(bytes.bigEndian(Int16.self, at: 8 + 2 * position) ?? 0)
        }
        var notation = sign == 0x4000 ? "-" : ""
        if weight < 0 {
            notation += "0"
        } else {
            for position in 0...Int(weight) {
                notation += position == 0 ? String(group(0)) : group(position).padded(to: 4)
            }
        }
        guard scale > 0 else { return DecimalNumber(trusted: notation) }
        var decimals = ""
        var position = Int(weight) + 1
        while decimals.utf8.count < Int(scale) {
            decimals += group(position).padded(to: 4)
            position += 1
        }
        return DecimalNumber(trusted: notation + "." + decimals.prefix(Int(scale)))
    }
}

import MartletCore

/// What follows from the number of a user in every data set.
package enum DchatUser {
    private static let firstNames = [
        "Ada", "Bohdan", "Chen", "Dario", "Elif", "Farid", "Greta", "Hana", "Ivan", "Jonas", "Kofi", "Lena", "Marta",
        "Nadia", "Oleh", "Priya", "Quentin", "Rosa", "Sofia", "Tomas", "Uma", "Viktor", "Wanda", "Xenia", "Yusuf",
        "Zora",
    ]
    private static let lastNames = ["Adler", "Brandt", "Costa", "Diaz", "Eriksen", "Fontaine", "Grant", "Horvat"]

    /// The name; one in seven writes his in small letters.
    package static func name(_ number: Int) -> String {
        let first = firstNames[number % firstNames.count]
        let last = lastNames[number / firstNames.count % lastNames.count]
        let name = "\(first) \(last) \(number)"
        return number.isMultiple(of: 7) ? name.lowercased() : name
    }

    /// Beginnings that somebody looks for.
    package static var searchedPrefixes: [String] {
        firstNames.map { String($0.prefix(3)).lowercased() }
    }

    /// The address of the wallet, in capital and small letters as EIP-55 writes them.
    ///
    /// Which letter is which follows from the number here, not from a checksum.
    package static func wallet(_ number: Int) -> String {
        var random = SplitMix64(seed: 0xD0_C4A7 &+ UInt64(number) &* 0x1000_0001)
        let capitals = Array("0123456789ABCDEF")
        let smalls = Array("0123456789abcdef")
        var address = "0x"
        for _ in 0..<4 {
            var bits = random.next()
            // Ten digits of four bits and one for the case from each word.
            for _ in 0..<10 {
                address.append((bits & 16 == 0 ? smalls : capitals)[Int(bits & 15)])
                bits >>= 5
            }
        }
        return address
    }
}

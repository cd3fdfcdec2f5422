import MartletCore
extension Fingerprint {
    init(of text: String, dialect: Dialect) {
        self.init(bits: text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
    }
}

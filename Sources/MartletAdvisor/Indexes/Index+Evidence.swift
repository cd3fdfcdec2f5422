import MartletCore

extension Index {
    /// Its key for people: `chat_id, created_at DESC`.
    var keyText: String {
        keys.map { key in
            (key.isExpression ? "(\(key.text))" : key.text) + (key.isDescending ? " DESC" : "")
        }
        .joined(separator: ", ")
    }

    /// What it takes up and how often it was used, as far as that is known.
    var costEvidence: [String] {
        var evidence: [String] = []
        if sizeBytes > 0 {
            let writes = predicate == nil ? "every insert writes" : "every insert of such a row writes"
            evidence.append("\(name) takes \(Figures.bytes(sizeBytes)), and \(writes) to it.")
        }
        if let scans { evidence.append("\(name): \(Figures.count(scans, "look-up", "look-ups")) counted.") }
        return evidence
    }

    /// Whether dropping it gains next to nothing; an unknown size is not tiny.
    func isTiny(_ thresholds: Thresholds) -> Bool {
        sizeBytes > 0 && sizeBytes < thresholds.tinyIndexBytes
    }
}

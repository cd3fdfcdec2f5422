import MartletCore

/// The same fault seen in several traces, which makes one finding.
struct Sightings<Detail> {
    /// One trace in which it was seen.
    struct Sighting {
        let trace: Trace
        let detail: Detail
    }

    /// What identifies it: a fingerprint, or the name of a unit of work.
    let subject: String
    private(set) var seen: [Sighting]

    /// The names of the units of work, each once, in order.
    var traceNames: [String] {
        seen.map(\.trace.name)
            .reduce(into: []) { names, name in
                if !names.contains(name) { names.append(name) }
            }
    }

    /// Where and how often it was seen, as a line of evidence.
    var placesText: String {
        let names = traceNames
        let listed = names.prefix(3).map { "“\($0)”" }.joined(separator: ", ")
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "Seen in \(Figures.count(seen.count, "trace", "traces")) of \(listed)\(more)."
    }

    /// Brings together what was seen of each subject, in the order of first sight.
    static func grouped(_ all: [(subject: String, trace: Trace, detail: Detail)]) -> [Sightings] {
        var groups: [Sightings] = []
        var positions: [String: Int] = [:]
        for (subject, trace, detail) in all {
            let sighting = Sighting(trace: trace, detail: detail)
            if let position = positions[subject] {
                groups[position].seen.append(sighting)
            } else {
                positions[subject] = groups.count
                groups.append(Sightings(subject: subject, seen: [sighting]))
            }
        }
        return groups
    }
}

extension String {
    /// A statement on one line, cut where a reader has seen enough.
    var asEvidence: String {
        OneLine.text(self, width: 160)
    }
}

/// One file per type, named after it.
///
/// `Type+Capability.swift` holds an extension. Below the type a file is named after, small companions may stand that
/// only serve it, such as the enum its method takes; larger ones have a file of their own.
struct TypePerFileCheck {
    /// A companion that fits on half a screen is read together with the type it serves.
    static let companionLinesMax = 40

    private static let exempt: Set<Substring> = ["main.swift", "Package.swift"]

    static func offences(in tree: SourceTree) -> [Offence] {
        (tree.swiftFiles(below: "Sources") + tree.swiftFiles(below: "Tests")).flatMap(offences)
    }

    static func offences(in file: SourceFile) -> [Offence] {
        let declarations = TypeDeclaration.all(in: file)
        guard !exempt.contains(file.name), !declarations.isEmpty else { return [] }
        let stem = file.name.dropLast(".swift".count)
        let namesake = String(stem.split(separator: "+").first ?? stem)
        var offences: [Offence] = []
        if !declarations.contains(where: { isNamesake($0, of: namesake) }) {
            let names = declarations.map { "'\($0.name)'" }.joined(separator: ", ")
            offences.append(file.offence(1, "the file is named after no type in it: it has \(names)"))
        }
        for type in declarations where !type.isExtension && type.name != namesake && type.lines > companionLinesMax {
            let message = "'\(type.name)' has \(type.lines) lines: beyond \(companionLinesMax) it has a file of its own"
            offences.append(file.offence(type.firstLine, message))
        }
        return offences
    }

    /// `Catalog.Table` may stand in `Catalog+Table.swift`, `Catalog.swift` and `Table.swift`.
    private static func isNamesake(_ declaration: TypeDeclaration, of name: String) -> Bool {
        declaration.name == name || declaration.name.split(separator: ".").contains { $0 == name }
    }
}

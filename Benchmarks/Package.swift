// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "martlet-benchmarks",
    dependencies: [.package(name: "martlet", path: "..")],
    targets: [
        .executableTarget(
            name: "CacheBenchmark",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "MartletPostgres", package: "martlet"),
                .product(name: "MartletSQLite", package: "martlet"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ClientBenchmark",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "MartletPostgres", package: "martlet"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LoadingBenchmark",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "MartletPostgres", package: "martlet"),
                .product(name: "MartletSQLite", package: "martlet"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LexerBenchmark",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "MartletPostgres", package: "martlet"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PoolBenchmark",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "MartletPostgres", package: "martlet"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PagingBenchmark",
            dependencies: [
                .product(name: "Martlet", package: "martlet"), .product(name: "MartletCore", package: "martlet"),
                .product(name: "MartletPostgres", package: "martlet"),
                .product(name: "MartletSQLite", package: "martlet"),
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)

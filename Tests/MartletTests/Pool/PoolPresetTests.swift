import Martlet
import Testing

@Suite("Presets of pools")
struct PoolPresetTests {
    @Test(
        "have the sizes they are known by",
        arguments: [
            (PoolPreset.journeys, 10, 60, 0), (.messengerDevelopment, 0, 5, 10), (.messengerStaging, 0, 10, 20),
            (.messengerProduction, 0, 20, 40), (.loginsDevelopment, 2, 10, 0), (.loginsProduction, 5, 20, 0),
        ]
    )
    func sizes(preset: PoolPreset, min: Int, max: Int, overflow: Int) throws {
        let configuration = try PoolConfiguration(preset)
        #expect(configuration.min == min)
        #expect(configuration.max == max)
        #expect(configuration.overflow == overflow)
        #expect(configuration.acquireTimeout == .seconds(30))
        #expect(configuration.idleTimeout == .seconds(60))
        #expect(configuration.ageMax == .seconds(3_600))
    }

    @Test("give way to the environment")
    func environment() throws {
        let both = ["DB_MAX_CONNECTIONS": "40", "DB_MIN_CONNECTIONS": "4"]
        let configuration = try PoolConfiguration(.journeys, environment: both)
        #expect(configuration.max == 40)
        #expect(configuration.min == 4)
        let low = try PoolConfiguration(.journeys, environment: ["DB_MAX_CONNECTIONS": "3"])
        #expect(low.max == 3)
        #expect(low.min == 3)
        #expect(try PoolConfiguration(.journeys, environment: ["DB_MAX_CONNECTIONS": ""]).max == 60)
    }

    @Test("open no more in all than the environment says, overflow included", arguments: PoolPreset.allCases)
    func total(preset: PoolPreset) throws {
        let capped = try PoolConfiguration(preset, environment: ["DB_MAX_CONNECTIONS": "8"])
        #expect(capped.max + capped.overflow == 8)
        let other = try PoolConfiguration(preset, environment: ["DB_MIN_CONNECTIONS": "1"])
        #expect(other.overflow == preset.configuration.overflow)
    }

    @Test(
        "refuse what is no size, and say which setting",
        arguments: [
            ("DB_MAX_CONNECTIONS", "many"), ("DB_MAX_CONNECTIONS", "0"), ("DB_MIN_CONNECTIONS", "-1"),
            ("DB_MIN_CONNECTIONS", "61"), ("DB_MAX_CONNECTIONS", "99999999999999999999"),
        ]
    )
    func refused(name: String, value: String) throws {
        let error = #expect(throws: PoolSettingError.self) {
            try PoolConfiguration(.journeys, environment: [name: value])
        }
        #expect(error?.name == name)
        #expect(error?.description.contains(value) == true)
    }
}

import Martlet
import MartletCore

extension Engine {
    /// The engine as far away as it is meant to be; itself where nothing is added to its round trips.
    func delayed(by roundTripTime: Duration) -> any Engine {
        roundTripTime > .zero ? DelayedEngine(self, roundTripTime: roundTripTime) : self
    }
}

/// Other policies, as small as they can be written, to hold ours against.
enum PeerPolicy: String, CaseIterable {
    case lru, sieve, s3fifo

    /// Hits of a trace.
    func hits(_ trace: RequestTrace) -> Int {
        switch self {
        case .lru: Self.lru(trace)
        case .sieve: Self.sieve(trace)
        case .s3fifo: Self.s3fifo(trace)
        }
    }

    private static func lru(_ trace: RequestTrace) -> Int {
        var list = KeyList(trace.keyCount)
        var hits = 0
        for key in trace.keys {
            if list.contains(key) {
                hits += 1
                list.remove(key)
            } else if list.count == trace.capacity {
                list.removeLast()
            }
            list.pushFirst(key)
        }
        return hits
    }

    /// Zhang and others: SIEVE is Simpler than LRU (NSDI 2024).
    private static func sieve(_ trace: RequestTrace) -> Int {
        var list = KeyList(trace.keyCount)
        var visited = [Bool](repeating: false, count: trace.keyCount)
        var (hand, hits) = (-1, 0)
        for key in trace.keys {
            if list.contains(key) {
                hits += 1
                visited[key] = true
                continue
            }
            if list.count == trace.capacity {
                var victim = hand >= 0 ? hand : list.last
                while visited[victim] {
                    visited[victim] = false
                    let newer = list.newer(than: victim)
                    victim = newer >= 0 ? newer : list.last
                }
                hand = list.newer(than: victim)
                list.remove(victim)
            }
            visited[key] = false
            list.pushFirst(key)
        }
        return hits
    }

    /// Yang and others: FIFO Queues are All You Need for Cache Eviction (SOSP 2023).
    private static func s3fifo(_ trace: RequestTrace) -> Int {
        var (small, main, ghost) = (KeyList(trace.keyCount), KeyList(trace.keyCount), KeyList(trace.keyCount))
        var uses = [UInt8](repeating: 0, count: trace.keyCount)
        var hits = 0
        for key in trace.keys {
            if small.contains(key) || main.contains(key) {
                hits += 1
                uses[key] = min(3, uses[key] + 1)
                continue
            }
            while small.count + main.count >= trace.capacity {
                if small.count >= max(1, trace.capacity / 10) || main.count == 0 {
                    let old = small.removeLast()
                    if uses[old] > 1 { main.pushFirst(old) } else { ghost.pushFirst(old) }
                    uses[old] = 0
                    if ghost.count > trace.capacity { ghost.removeLast() }
                } else {
                    let old = main.removeLast()
                    if uses[old] > 0 {
                        uses[old] -= 1
                        main.pushFirst(old)
                    }
                }
            }
            uses[key] = 0
            if ghost.contains(key) {
                ghost.remove(key)
                main.pushFirst(key)
            } else {
                small.pushFirst(key)
            }
        }
        return hits
    }
}

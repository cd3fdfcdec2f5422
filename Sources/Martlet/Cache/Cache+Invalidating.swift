import Synchronization

extension Cache {
    /// Removes what is kept for a key, and sees to it that no load that has begun before is kept for it.
    ///
    /// When it has returned, nobody gets what was loaded before. Call it after the change was committed; a
    /// `CacheFeed` does that, and tells other processes.
    public func invalidate(_ key: Key) {
        if let sharing { sharing.history.note(sharing.subject(key), isLogged: false) }
        drop(key)
    }

    /// As `invalidate(_:)`, where the second tier knows already.
    package func drop(_ key: Key) {
        directory.withLock { directory in
            directory.fence(key)
            remove(key, from: &directory)
        }
    }

    /// Removes what has a tag, and sees to it that no load that has begun before is kept if it turns out to have it.
    ///
    /// Cost: one removal for each entry that has the tag.
    public func invalidate(tag: CacheTag) {
        sharing?.history.note(.tag(tag.text), isLogged: false)
        drop(tag: tag)
    }

    /// As `invalidate(tag:)`, where the second tier knows already.
    func drop(tag: CacheTag) {
        directory.withLock { directory in
            directory.fence(tag)
            for key in directory.keys(tagged: tag) { remove(key, from: &directory) }
        }
    }

    /// Removes everything, and sees to it that no load that has begun before is kept.
    public func removeAll() {
        sharing?.history.note(nil, isLogged: false)
        dropAll()
    }

    /// As `removeAll`, where the second tier knows already.
    func dropAll() {
        directory.withLock { directory in
            directory.fenceAll()
            directory.metrics.flushes += 1
            for key in directory.allKeys { remove(key, from: &directory) }
        }
    }

    private func remove(_ key: Key, from directory: inout Directory) {
        let entry = shard(of: key).state.withLock { $0.entries.removeValue(forKey: ExactKey(key)) }
        guard let entry else { return }
        directory.remove(entry.slot)
        directory.metrics.invalidations += 1
    }
}

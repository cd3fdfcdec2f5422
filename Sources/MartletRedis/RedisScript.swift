/// What runs within Redis, so that nothing comes between its steps.
enum RedisScript {
    /// The record of KEYS[1] and how long it is kept, if it will do; otherwise whether the lease KEYS[2] was granted.
    ///
    /// ARGV: a stamp, such a record or an earlier one will not do; who asks; how long the lease holds; bytes at most.
    static let read = """
        local stamp = redis.call('GETRANGE', KEYS[1], 0, 29)
        if #stamp == 30 and stamp > ARGV[1] and redis.call('STRLEN', KEYS[1]) <= tonumber(ARGV[4]) then
            return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}
        end
        if ARGV[2] ~= '' and redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then return 1 end
        return 0
        """

    /// Keeps a record under KEYS[1] unless a later one is there, and ends the lease KEYS[2]; whether it was kept.
    ///
    /// ARGV: its stamp; the record; how long it is kept, by which the later of two loads of one stamp is known; who
    /// asks.
    static let write = """
        local stamp = redis.call('GETRANGE', KEYS[1], 0, 29)
        local isLater = stamp < ARGV[1]
            or (stamp == ARGV[1] and redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]))
        if isLater then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
        if ARGV[4] ~= '' and redis.call('GET', KEYS[2]) == ARGV[4] then redis.call('DEL', KEYS[2]) end
        return isLater and 1 or 0
        """

    /// Ends the lease KEYS[1] if it is still that of ARGV[1].
    static let end = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        """
}

/// A command that works in small steps: interrupted, it keeps those that were finished, and goes on when run again.
protocol Resumable {}

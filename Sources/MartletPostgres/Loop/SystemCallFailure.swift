internal import Glibc

/// A call of the operating system that failed, with its error number.
package struct SystemCallFailure: Error, CustomStringConvertible {
    package let call: String
    package let number: Int32

    package var description: String {
        "\(call) failed: \(String(cString: strerror(number)))"
    }
}

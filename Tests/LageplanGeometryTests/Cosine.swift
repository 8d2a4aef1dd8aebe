import Foundation

/// The cosine without an import of the C library in every test file.
func cosine(_ angle: Double) -> Double { cos(angle) }

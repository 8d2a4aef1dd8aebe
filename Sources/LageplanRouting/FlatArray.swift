/// A fixed row of plain values that lies either in memory of its own or in a memory-mapped file: the form of everything that is large
/// in a road network, so that a prepared file is ready as soon as it is mapped.
///
/// The subscript checks its index in debug builds only: whoever makes a `FlatArray` from foreign bytes checks these before.
public struct FlatArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// What keeps the memory alive: never touched, only held.
  private let owner: AnyObject
  /// The elements, valid as long as the array is held.
  public let base: UnsafePointer<Element>
  public let count: Int

  /// A copy of the elements, in memory of its own.
  public init(_ elements: some Collection<Element>) {
    let block = OwnedBlock<Element>(copying: elements)
    owner = block
    base = UnsafePointer(block.elements)
    count = block.count
  }

  /// `count` elements that stand at `base` in memory which `owner` keeps alive and nobody writes to.
  public init(lent base: UnsafePointer<Element>, count: Int, by owner: AnyObject) {
    self.owner = owner
    self.base = base
    self.count = count
  }

  @inlinable public var indices: Range<Int> { 0..<count }
  @inlinable public var isEmpty: Bool { count == 0 }

  @inlinable public subscript(index: Int) -> Element {
    assert(index >= 0 && index < count)
    return base[index]
  }

  /// The elements as a buffer that is valid while the closure runs.
  @inlinable public func withUnsafeBufferPointer<R, E: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeBufferPointer(start: base, count: count))
  }
}

extension FlatArray: Sequence {
  @inlinable public func makeIterator() -> FlatArrayIterator<Element> { FlatArrayIterator(self) }
  @inlinable public var underestimatedCount: Int { count }
}

/// Goes through a ``FlatArray`` from its first element to its last.
public struct FlatArrayIterator<Element: BitwiseCopyable & Sendable>: IteratorProtocol {
  @usableFromInline let array: FlatArray<Element>
  @usableFromInline var index = 0

  @inlinable init(_ array: FlatArray<Element>) { self.array = array }

  @inlinable public mutating func next() -> Element? {
    guard index < array.count else { return nil }
    defer { index += 1 }
    return array[index]
  }
}

/// Memory that is written once, when it is made.
private final class OwnedBlock<Element: BitwiseCopyable> {
  let elements: UnsafeMutablePointer<Element>
  let count: Int

  init(copying source: some Collection<Element>) {
    // At least one place, so that an empty array has a base too.
    let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: Swift.max(1, source.count))
    count = block.initialize(fromContentsOf: source)
    elements = block.baseAddress ?? .allocate(capacity: 1)
  }

  deinit { elements.deallocate() }
}

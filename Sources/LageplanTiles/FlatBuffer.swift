/// A growing buffer of plain values, kept from feature to feature: an array without reference counts and uniqueness checks,
/// for the loops that run once per vertex.
struct FlatBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 256) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(0 <= index && index < count)
      return base[index]
    }
    set {
      assert(0 <= index && index < count)
      base[index] = newValue
    }
  }

  @inline(__always)
  var last: Element { self[count &- 1] }

  /// The elements of `range`; valid until the buffer changes.
  @inline(__always)
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<Element> {
    assert(0 <= range.lowerBound && range.upperBound <= count)
    return UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    base[count] = element
    count &+= 1
  }

  mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
    if count + elements.count > capacity { grow(to: count + elements.count) }
    guard let start = elements.baseAddress else { return }
    (base + count).update(from: start, count: elements.count)
    count += elements.count
  }

  mutating func append(repeating element: Element, count times: Int) {
    if count + times > capacity { grow(to: count + times) }
    (base + count).update(repeating: element, count: times)
    count += times
  }

  mutating func fill(with element: Element) { base.update(repeating: element, count: count) }

  /// Makes room for `capacity` elements.
  mutating func reserve(_ capacity: Int) {
    if capacity > self.capacity { grow(to: capacity) }
  }

  /// Takes over what was written directly, within the room reserved.
  @inline(__always)
  mutating func setCount(_ count: Int) {
    assert(count <= capacity)
    self.count = count
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func removeLast() {
    assert(count > 0)
    count &-= 1
  }

  @inline(__always)
  mutating func truncate(to length: Int) {
    assert(length <= count)
    count = length
  }

  @inline(never)
  private mutating func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}

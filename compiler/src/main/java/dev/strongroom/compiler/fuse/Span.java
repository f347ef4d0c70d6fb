package dev.strongroom.compiler.fuse;

/** Indices from {@code from} on, before {@code to}, along one dimension. */
record Span(int from, int to) {
  int size() {
    return to - from;
  }

  boolean isEmpty() {
    return from >= to;
  }

  /** The smallest span that holds both; an empty one holds nothing. */
  Span union(Span other) {
    if (isEmpty()) {
      return other;
    }
    return other.isEmpty() ? this : new Span(Math.min(from, other.from), Math.max(to, other.to));
  }
}

package dev.strongroom.compiler.fuse;

/** What the results of a stage do with the memory of inputs that die in it. */
enum Reuse {
  /** Nothing: they lie beside them. */
  NONE,
  /** Rows of an input are copied aside when they are first read; results lie where they were. */
  ASIDE,
  /** Results grow over an input a few rows behind those that are still to be read. */
  BEHIND
}

package dev.strongroom.compiler.place;

/** What a search for a placement in some capacity found out. */
enum Verdict {
  FITS,
  DOES_NOT_FIT,
  UNKNOWN
}

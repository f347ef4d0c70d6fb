package dev.strongroom.seal;

/** What to do when there is a file already where one is to be written. */
public enum ExistingFile {
  /** Refuse to write. */
  KEEP,
  /** Put the new one in its place, at once. */
  REPLACE
}

package dev.strongroom.seal;

/** Told how far a long piece of work has come. */
@FunctionalInterface
public interface ProgressListener {
  /** Listens to nothing. */
  ProgressListener NONE = (done, total) -> {};

  /** {@code done} of {@code total} bytes are done. */
  void progress(long done, long total);
}

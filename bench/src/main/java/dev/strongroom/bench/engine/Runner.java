package dev.strongroom.bench.engine;

import java.util.Map;

/** An engine that has a model and its inputs, ready to answer. */
interface Runner extends AutoCloseable {
  /** Answers once. This is what is timed: from inputs that lie ready to outputs that do. */
  void run() throws Exception;

  /** Answers once; returns the elements of every output in C order. */
  Map<String, float[]> outputs() throws Exception;

  @Override
  void close() throws Exception;
}

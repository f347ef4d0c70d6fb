package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import java.util.Optional;

/** Looks whether a pattern ends in a node, and proposes what to put in its place. */
interface Rule {
  /** A short name for logs, for example {@code fold-batch-norm}. */
  String label();

  Optional<Patch> propose(Pattern pattern, Node node);
}

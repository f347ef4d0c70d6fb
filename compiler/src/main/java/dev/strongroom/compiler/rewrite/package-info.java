/** Rewriting rules on graphs: each proposes one labelled patch, applied whole. */
package dev.strongroom.compiler.rewrite;

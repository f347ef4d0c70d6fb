/**
 * Layers run together, a band of rows at a time, so that no full tensor between them ever exists.
 */
package dev.strongroom.compiler.fuse;

package dev.strongroom.compiler.fuse;

/**
 * Consecutive nodes of a graph that run together, piece by piece.
 *
 * @param first index of the first node
 * @param last index behind the last node
 * @param rows rows of the last node's result in a band; bands follow one another downwards, and
 *     what the next one needs of the rows above is kept
 * @param strips how many strips of columns are computed one after another, each from the top to the
 *     bottom; what neighbours share is computed twice
 * @param over whether rows of the inputs are copied aside when they are read first, so that the
 *     result may be written over them; only with one strip
 */
public record Stage(int first, int last, int rows, int strips, boolean over) {}

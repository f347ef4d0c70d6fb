/**
 * Memory placement: gives requests that are alive at the same time offsets at which they do not
 * overlap, with as small a peak as can be found. The problem is known as dynamic storage
 * allocation.
 */
package dev.strongroom.compiler.place;

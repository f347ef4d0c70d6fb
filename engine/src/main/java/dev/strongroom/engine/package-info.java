/** Runs a verified Program in one block of secure memory. */
@org.jspecify.annotations.NullMarked
package dev.strongroom.engine;

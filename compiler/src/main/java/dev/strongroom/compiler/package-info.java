/** Placeholder. */
package dev.strongroom.compiler;

/** Placeholder. */
package dev.strongroom.seal;

/** Placeholder. */
package dev.strongroom.engine;

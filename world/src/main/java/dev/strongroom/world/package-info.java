/** Placeholder. */
package dev.strongroom.world;

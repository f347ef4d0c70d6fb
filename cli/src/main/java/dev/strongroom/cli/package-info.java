/** Placeholder. */
package dev.strongroom.cli;

/** The {@code strongroom} command: a class for each subcommand, and the demonstration. */
package dev.strongroom.cli;

/** Pictures: drawn by ourselves, read from files, and turned into what a model takes. */
package dev.strongroom.cli.picture;

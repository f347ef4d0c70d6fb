/** Files that people bring: read with bounds, refused with one sentence. */
package dev.strongroom.cli.io;

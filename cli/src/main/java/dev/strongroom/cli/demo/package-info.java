/** Reading a line of text: what surrounds the recogniser in the demonstration. */
package dev.strongroom.cli.demo;

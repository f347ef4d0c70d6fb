/** The benchmarks, one class each; the command line shows what they return. */
package dev.strongroom.bench;

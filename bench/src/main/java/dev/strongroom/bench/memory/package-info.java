/** How much secure memory networks take, and what saving it costs. */
@org.jspecify.annotations.NullMarked
package dev.strongroom.bench.memory;

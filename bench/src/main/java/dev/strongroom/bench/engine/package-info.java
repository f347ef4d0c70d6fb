/** How fast networks are computed, side by side with ONNX Runtime. */
@org.jspecify.annotations.NullMarked
package dev.strongroom.bench.engine;

/** How fast networks are computed, side by side with ONNX Runtime, and how fast single kernels. */
@org.jspecify.annotations.NullMarked
package dev.strongroom.bench.engine;

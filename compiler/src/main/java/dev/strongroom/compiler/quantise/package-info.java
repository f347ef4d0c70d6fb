/**
 * Post-training quantisation to 8-bit integers (Jacob et al., arXiv 1712.05877; Nagel et al., arXiv
 * 2106.08295): a float graph and samples of its inputs become a graph with Quantize and Dequantize
 * around what can be computed in integers.
 */
@org.jspecify.annotations.NullMarked
package dev.strongroom.compiler.quantise;

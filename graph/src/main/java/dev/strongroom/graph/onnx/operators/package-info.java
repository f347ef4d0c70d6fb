/** One translator for each family of ONNX operators. */
package dev.strongroom.graph.onnx.operators;

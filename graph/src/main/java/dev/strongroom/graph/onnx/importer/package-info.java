/**
 * How an ONNX graph becomes a {@link dev.strongroom.graph.Graph}: one pass in order of execution.
 */
package dev.strongroom.graph.onnx.importer;

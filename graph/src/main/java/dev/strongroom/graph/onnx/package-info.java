/** Reads models in ONNX's format (Open Neural Network Exchange, onnx.ai). */
package dev.strongroom.graph.onnx;

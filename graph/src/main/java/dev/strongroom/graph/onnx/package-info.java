package dev.strongroom.graph.onnx;

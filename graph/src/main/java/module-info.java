/** What a model computes: an immutable graph of operators, and the readers that make one. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.graph {
  requires static org.jspecify;
  requires com.google.protobuf;

  exports dev.strongroom.graph;
  exports dev.strongroom.graph.darknet;
  exports dev.strongroom.graph.onnx;
  // It writes the model files that another engine reads.
  exports dev.strongroom.graph.onnx.proto to
      dev.strongroom.bench;
}

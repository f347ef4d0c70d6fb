/** What a model computes: an immutable graph of operators, and the readers that make one. */
@org.jspecify.annotations.NullMarked
module dev.strongroom.graph {
  requires static org.jspecify;
  requires com.google.protobuf;

  exports dev.strongroom.graph;
  exports dev.strongroom.graph.darknet;
  exports dev.strongroom.graph.onnx;
}

package dev.strongroom.compiler;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What sentence encoders begin with, of any size, and inputs for it, made from one seed. */
final class EmbeddingNetworks {
  private final SplittableRandom random;
  final GraphBuilder b;

  EmbeddingNetworks(long seed) {
    random = new SplittableRandom(seed);
    b = new GraphBuilder(seed);
  }

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  static TensorType type(DataType type, int... shape) {
    return new TensorType(type, Shape.of(shape));
  }

  /** [1, tokens] ids and mask, a table of {@code rows}, some arithmetic and a product. */
  Graph network(int rows, int width, int tokens, DataType integers) {
    String ids = b.input("ids", integers, 1, tokens);
    String mask = b.input("mask", integers, 1, tokens);
    String table = b.constant(-1, 1, rows, width);
    String words = b.node(new Op.Gather(), new int[] {1, tokens, width}, table, ids);
    String sum = b.binary(Op.Binary.Kind.ADD, words, b.constant(-1, 1, tokens, width));
    String column = b.node(new Op.Reshape(), type(integers, 1, tokens, 1), mask);
    String floats =
        b.node(new Op.Cast(DataType.FLOAT32), type(DataType.FLOAT32, 1, tokens, 1), column);
    String masked = b.binary(Op.Binary.Kind.MUL, sum, b.unary(Op.Unary.Function.ABS, floats));
    String y =
        b.node(new Op.MatMul(), new int[] {1, tokens, 5}, masked, b.constant(-1, 1, width, 5));
    return b.build(y);
  }

  /** Ids that exist, that just do not, and nonsense; a mask of zeros and ones. */
  Map<String, Tensor> inputs(Graph graph, int rows) {
    /** Ids that exist, that just do not, and nonsense; a mask of zeros and ones. */
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String name : graph.inputs()) {
      TensorType type = graph.type(name);
      ByteBuffer data =
          ByteBuffer.allocate((int) type.shape().elements() * type.dataType().bytes())
              .order(ByteOrder.LITTLE_ENDIAN);
      while (data.hasRemaining()) {
        long value =
            name.equals("mask")
                ? between(0, 1)
                : switch (random.nextInt(4)) {
                  case 0 -> between(-rows - 2, rows + 1);
                  case 1 -> random.nextInt();
                  default -> random.nextInt(rows);
                };
        if (type.dataType() == DataType.INT64) {
          data.putLong(random.nextInt(8) == 0 && !name.equals("mask") ? value << 32 : value);
        } else {
          data.putInt((int) value);
        }
      }
      inputs.put(name, Tensor.of(type, data.flip()));
    }
    return inputs;
  }
}

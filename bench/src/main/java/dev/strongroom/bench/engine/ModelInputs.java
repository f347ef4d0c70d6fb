package dev.strongroom.bench.engine;

import dev.strongroom.bench.memory.Networks;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What models are given to compute: time does not depend on it, but answers are compared. */
final class ModelInputs {
  /** Words in the vocabularies of encoders like BERT's; those before are unused or special. */
  private static final int FIRST_TOKEN = 1_000;

  private static final int LAST_TOKEN = 30_000;

  private ModelInputs() {}

  /** A tensor for each input, from a fixed seed. */
  static Map<String, Tensor> of(Program program) {
    SplittableRandom random = new SplittableRandom(Networks.SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Port port : program.inputs()) {
      tensors.put(port.name(), tensor(port, random));
    }
    return tensors;
  }

  /** Numbers between 0 and 1; tokens; of other integers 1, which is a mask and a type alike. */
  private static Tensor tensor(Port port, SplittableRandom random) {
    View view = port.view();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(view.elements() * view.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      int number =
          port.name().endsWith("ids") && !port.name().contains("type")
              ? random.nextInt(FIRST_TOKEN, LAST_TOKEN)
              : 1;
      switch (view.type()) {
        case ElementType.F32 -> bytes.putFloat((float) random.nextDouble());
        case ElementType.I32 -> bytes.putInt(number);
        case ElementType.I64 -> bytes.putLong(number);
        case ElementType.I8, ElementType.U8 -> bytes.put((byte) 1);
      }
    }
    return Tensor.of(new TensorType(type(view.type()), Shape.of(view.shape())), bytes.flip());
  }

  private static DataType type(ElementType type) {
    return switch (type) {
      case F32 -> DataType.FLOAT32;
      case I32 -> DataType.INT32;
      case I64 -> DataType.INT64;
      case I8 -> DataType.INT8;
      case U8 -> DataType.UINT8;
    };
  }

  /** {@code tensor}'s elements in the order in which {@code view} has them in memory. */
  static MemorySegment arranged(Tensor tensor, View view, Arena arena) {
    int bytes = view.type().bytes();
    MemorySegment from = MemorySegment.ofBuffer(tensor.data());
    MemorySegment to = arena.allocate(view.extent(), Program.ALIGNMENT);
    int[] index = new int[view.rank()];
    long at = 0;
    for (long i = 0; i < view.elements(); i++) {
      MemorySegment.copy(from, i * bytes, to, at * bytes, bytes);
      // The next element in C order, as a counter carries.
      for (int d = index.length - 1; d >= 0; d--) {
        at += view.stride(d);
        if (++index[d] < view.dim(d)) {
          break;
        }
        at -= (long) view.stride(d) * view.dim(d);
        index[d] = 0;
      }
    }
    return to;
  }
}

package dev.strongroom.world;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts the elements of an input in the order in which the trusted side wants them. */
final class WireOrder {
  private WireOrder() {}

  /**
   * @param tensor the elements in C order, from position to limit, both of which stay
   * @return them in the port's wire order; {@code tensor} itself if that is C order
   */
  static ByteBuffer of(PortInfo port, ByteBuffer tensor) {
    int[] shape = port.shape();
    int[] order = port.wireOrder();
    long[] strides = new long[shape.length];
    long next = port.type().bytes();
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = next;
      next *= shape[i];
    }
    if (isAscending(order, shape)) {
      return tensor;
    }
    ByteBuffer source = tensor.slice().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer target = ByteBuffer.allocate(tensor.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    int[] index = new int[shape.length];
    long at = 0;
    while (target.hasRemaining()) {
      for (int b = 0; b < port.type().bytes(); b++) {
        target.put(source.get((int) at + b));
      }
      // The next element: the fastest dimension first, as a counter carries.
      for (int d = order.length - 1; d >= 0; d--) {
        int axis = order[d];
        at += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        at -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return target.flip();
  }

  /** Whether dimensions of more than one element come in their own order. */
  private static boolean isAscending(int[] order, int[] shape) {
    int last = -1;
    for (int axis : order) {
      if (shape[axis] > 1) {
        if (axis < last) {
          return false;
        }
        last = axis;
      }
    }
    return true;
  }
}

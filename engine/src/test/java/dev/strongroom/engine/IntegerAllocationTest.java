package dev.strongroom.engine;

import dev.strongroom.program.fixtures.RandomPrograms;
import org.junit.jupiter.api.Test;

class IntegerAllocationTest extends AllocationCheck {
  @Test
  void runsOfKernelsForIntegersAllocateNothing() throws Exception {
    assertRunsAllocateNothing(IntegerAllocationTest::isForIntegers);
  }

  static boolean isForIntegers(RandomPrograms.Kind kind) {
    return switch (kind) {
      case QUANTIZED_CONV2D, QUANTIZED_DEPTHWISE_CONV2D, QUANTIZE, TABLE -> true;
      case QUANTIZED_BINARY, QUANTIZED_POOL2D, LOOKUP, CAST -> true;
      default -> false;
    };
  }
}

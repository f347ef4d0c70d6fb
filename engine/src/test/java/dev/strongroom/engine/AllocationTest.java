package dev.strongroom.engine;

import org.junit.jupiter.api.Test;

class AllocationTest extends AllocationCheck {
  @Test
  void runsOfKernelsForFloatsAllocateNothing() throws Exception {
    assertRunsAllocateNothing(kind -> !IntegerAllocationTest.isForIntegers(kind));
  }
}

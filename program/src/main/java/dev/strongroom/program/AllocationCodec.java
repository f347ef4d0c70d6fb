package dev.strongroom.program;

import java.util.ArrayList;
import java.util.List;

/** Encodes and decodes allocations, as {@link AllocationDescriptor} lays them out. */
final class AllocationCodec {
  private static final int MAX_TIMES = 0xFFFF;

  private AllocationCodec() {}

  /** Writes {@code allocations}; neighbours that recur evenly become one record. */
  static void writeAll(LittleEndianWriter out, List<Allocation> allocations) {
    for (int i = 0; i < allocations.size(); ) {
      int run = run(allocations, i);
      Allocation first = allocations.get(i);
      out.u8("space", first.space().code() | (run > 1 ? AllocationDescriptor.REPEATED_FLAG : 0));
      out.u32("allocation offset", first.offset());
      out.u32("allocation bytes", first.bytes());
      out.u32("first step", first.firstStep());
      out.u32("last step", first.lastStep());
      if (run > 1) {
        out.u32("period", allocations.get(i + 1).firstStep() - first.firstStep());
        out.u16("repetitions", run - 1);
      }
      i += run;
    }
  }

  /** How many allocations from {@code from} on recur evenly. */
  private static int run(List<Allocation> allocations, int from) {
    if (from + 1 == allocations.size()) {
      return 1;
    }
    Allocation first = allocations.get(from);
    int period = allocations.get(from + 1).firstStep() - first.firstStep();
    int run = 1;
    while (from + run < allocations.size()
        && period > 0
        && run <= MAX_TIMES
        && isLater(first, allocations.get(from + run), (long) run * period)) {
      run++;
    }
    return run;
  }

  private static boolean isLater(Allocation a, Allocation b, long steps) {
    return a.space() == b.space()
        && a.offset() == b.offset()
        && a.bytes() == b.bytes()
        && a.firstStep() + steps == b.firstStep()
        && a.lastStep() + steps == b.lastStep();
  }

  private static Allocation later(Allocation a, long steps) {
    return new Allocation(
        a.space(),
        a.offset(),
        a.bytes(),
        Math.toIntExact(a.firstStep() + steps),
        Math.toIntExact(a.lastStep() + steps));
  }

  /**
   * Reads {@code count} allocations.
   *
   * @param count at most {@link Program#MAX_ALLOCATIONS}
   */
  static List<Allocation> readAll(LittleEndianReader in, int count) throws InvalidProgramException {
    List<Allocation> allocations = new ArrayList<>();
    while (allocations.size() < count) {
      int spaceByte = in.u8("space");
      boolean repeated = (spaceByte & AllocationDescriptor.REPEATED_FLAG) != 0;
      Space space =
          OperandCodec.byCode(
              in,
              "space",
              spaceByte & ~AllocationDescriptor.REPEATED_FLAG,
              Space.values(),
              Space::code);
      Allocation first =
          new Allocation(
              space,
              in.u32("allocation offset"),
              in.u32("allocation bytes"),
              in.u32("first step"),
              in.u32("last step"));
      allocations.add(first);
      if (repeated) {
        repeat(in, allocations, first, count);
      }
    }
    return allocations;
  }

  private static void repeat(
      LittleEndianReader in, List<Allocation> allocations, Allocation first, int count)
      throws InvalidProgramException {
    int period = in.u32("period");
    int times = in.u16("repetitions");
    long last = Math.max(first.firstStep(), first.lastStep()) + (long) times * period;
    if (period < 1 || times < 1 || times > count - allocations.size() || last > Integer.MAX_VALUE) {
      throw in.refusal(
          "an allocation every %d steps, %d times more, where %d follow"
              .formatted(period, times, count - allocations.size()));
    }
    for (int time = 1; time <= times; time++) {
      allocations.add(later(first, (long) time * period));
    }
  }
}

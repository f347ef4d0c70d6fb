package dev.strongroom.program;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What holds for a Program before any of its steps is looked at. */
final class HeaderRules {
  private static final Check PROGRAM = new Check("the Program");

  private HeaderRules() {}

  static void check(Program program) throws InvalidProgramException {
    sizes(program);
    chunks(program);
    footprint(program);
    PROGRAM.that(!program.steps().isEmpty(), "it has no steps");
    ports(program, "input", program.inputs());
    ports(program, "output", program.outputs());
  }

  /** Sizes are what spaces are cut by; everything below 2 GiB so that ints hold every offset. */
  private static void sizes(Program program) throws InvalidProgramException {
    below("ARENA", program.arenaBytes());
    below("WINDOW", program.windowBytes());
    PROGRAM.that(
        program.stagingBytes() > Program.TAG_BYTES,
        "staging has %d bytes, but a tag alone takes %d",
        program.stagingBytes(),
        Program.TAG_BYTES);
  }

  private static void below(String what, long bytes) throws InvalidProgramException {
    PROGRAM.that(
        bytes >= 0 && bytes < ViewRules.LIMIT, "%s has %d bytes, not below 2 GiB", what, bytes);
  }

  /** A chunk passes through staging whole, and keeps the next one aligned for the kernels. */
  private static void chunks(Program program) throws InvalidProgramException {
    int longest =
        Math.min(program.stagingBytes() - Program.TAG_BYTES, ChunkDescriptor.MAX_CHUNK_BYTES);
    List<Integer> chunks = program.chunks();
    long weights = 0;
    for (int i = 0; i < chunks.size(); i++) {
      int bytes = chunks.get(i);
      PROGRAM.that(
          bytes > 0 && bytes % ChunkDescriptor.UNIT == 0 && bytes <= longest,
          "chunk %d has %d bytes, but must have a positive multiple of %d, at most %d",
          i,
          bytes,
          ChunkDescriptor.UNIT,
          longest);
      weights += bytes;
    }
    PROGRAM.that(weights < ViewRules.LIMIT, "weights of %d bytes are not below 2 GiB", weights);
    PROGRAM.that(
        program.residentChunks() >= 0 && program.residentChunks() <= chunks.size(),
        "%d resident chunks, but %d chunks in all",
        program.residentChunks(),
        chunks.size());
  }

  /** The one block of secure memory can be asked for; its own bytes come on top, as a long. */
  private static void footprint(Program program) throws InvalidProgramException {
    long bytes = SecureLayout.of(program, 0).footprint();
    below("the secure footprint without the Program", bytes);
  }

  /**
   * What the world copies in and out: dense tensors in the arena, found by name; inputs in whatever
   * order of their dimensions.
   */
  private static void ports(Program program, String kind, List<Port> ports)
      throws InvalidProgramException {
    PROGRAM.that(!ports.isEmpty(), "it has no %s", kind);
    PROGRAM.that(ports.size() <= 0xFF, "%d %ss, but at most 255 can be", ports.size(), kind);
    Set<String> names = new HashSet<>();
    int streams = 0;
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      Check check = Check.port(kind, i, port);
      int length = port.name().getBytes(StandardCharsets.UTF_8).length;
      check.that(
          length > 0 && length <= PortDescriptor.MAX_NAME_LENGTH,
          "a name has 1 to %d bytes, this one %d",
          PortDescriptor.MAX_NAME_LENGTH,
          length);
      check.that(names.add(port.name()), "an earlier %s has the same name", kind);
      View view = port.view();
      boolean streamed = kind.equals("input") && view.space() == Space.INPUT;
      check.that(streamed || view.space() == Space.ARENA, "view %s must lie in ARENA", view);
      if (streamed) {
        check.that(view.offset() == 0, "view %s must begin at byte 0", view);
        check.that(++streams == 1, "an earlier input crosses piece by piece too");
      }
      // Space.INPUT is as long as this very view, which must only stay below 2 GiB.
      ViewRules.inside(check, "view", view, streamed ? ViewRules.LIMIT - 1 : program.arenaBytes());
      ViewRules.numbers(check, "view", view);
      check.that(
          kind.equals("input") ? view.isDenseInSomeOrder() : view.isDense(),
          "view %s must be dense",
          view);
    }
  }
}

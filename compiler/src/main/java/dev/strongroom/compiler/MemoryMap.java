package dev.strongroom.compiler;

import dev.strongroom.program.Allocation;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who lies where in secure memory and when, and what each step costs: what one needs in order to
 * see why a model takes as much memory as it does.
 *
 * @param blocks the Program's allocations, with names; in its order
 * @param steps the Program's steps, with names and costs; in its order
 * @param arenaBytes size of {@link Space#ARENA}
 * @param windowBytes size of {@link Space#WINDOW}
 */
public record MemoryMap(
    List<Block> blocks, List<StepCost> steps, long arenaBytes, long windowBytes) {

  /**
   * A tensor in ARENA, or streamed weights in WINDOW.
   *
   * @param offset of its first byte in its space
   * @param bytes its size
   * @param first first step at which it is alive
   * @param last last step at which it is alive, inclusive
   */
  public record Block(String name, Space space, long offset, long bytes, int first, int last) {
    public boolean isAliveAt(int step) {
      return first <= step && step <= last;
    }
  }

  /**
   * A step.
   *
   * @param name the node it comes from
   * @param kind what it does: the name of its type
   * @param macs multiply-accumulates
   * @param bytesOpened plaintext bytes of weights that it opens
   */
  public record StepCost(String name, String kind, long macs, long bytesOpened) {}

  /**
   * All steps that come from one node, wherever they are in the order.
   *
   * @param indices which they are, ascending
   */
  public record Layer(String name, List<Integer> indices, long macs, long bytesOpened) {}

  /**
   * @throws IllegalArgumentException if there are no steps, or a block lives outside them or lies
   *     outside its space
   */
  public MemoryMap {
    blocks = List.copyOf(blocks);
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("there are no steps");
    }
    for (Block block : blocks) {
      long size = block.space() == Space.ARENA ? arenaBytes : windowBytes;
      if (block.first() < 0
          || block.last() < block.first()
          || block.last() >= steps.size()
          || block.offset() < 0
          || block.bytes() <= 0
          || block.offset() > size - block.bytes()) {
        throw new IllegalArgumentException(
            "%s is outside %d bytes or %d steps".formatted(block, size, steps.size()));
      }
    }
  }

  /**
   * The map of {@code program}.
   *
   * @param stepNames one a step
   * @param stepMacs one a step
   * @param allocationNames one an allocation
   */
  static MemoryMap of(
      Program program, List<String> stepNames, List<Long> stepMacs, List<String> allocationNames) {
    List<StepCost> steps = new ArrayList<>();
    for (int i = 0; i < program.steps().size(); i++) {
      Step step = program.steps().get(i);
      steps.add(
          new StepCost(
              stepNames.get(i),
              step.getClass().getSimpleName(),
              stepMacs.get(i),
              step instanceof Step.Open open ? opened(program, open) : 0));
    }
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < program.allocations().size(); i++) {
      Allocation a = program.allocations().get(i);
      blocks.add(
          new Block(
              allocationNames.get(i),
              a.space(),
              a.offset(),
              a.bytes(),
              a.firstStep(),
              a.lastStep()));
    }
    return new MemoryMap(blocks, steps, program.arenaBytes(), program.windowBytes());
  }

  private static long opened(Program program, Step.Open open) {
    return program
        .chunks()
        .subList(open.firstChunk(), open.firstChunk() + open.chunkCount())
        .stream()
        .mapToLong(Integer::longValue)
        .sum();
  }

  /** Size of {@code space}, which is ARENA or WINDOW. */
  public long bytes(Space space) {
    return space == Space.ARENA ? arenaBytes : windowBytes;
  }

  /** The blocks of {@code space}. */
  public List<Block> blocks(Space space) {
    return blocks.stream().filter(b -> b.space() == space).toList();
  }

  /** Bytes of {@code space} that are alive at each step, blocks rounded up to their alignment. */
  public long[] alive(Space space) {
    long[] alive = new long[steps.size()];
    for (Block block : blocks(space)) {
      alive[block.first()] += Program.align(block.bytes());
      if (block.last() + 1 < alive.length) {
        alive[block.last() + 1] -= Program.align(block.bytes());
      }
    }
    for (int i = 1; i < alive.length; i++) {
      alive[i] += alive[i - 1];
    }
    return alive;
  }

  /** The first step at which the most bytes of {@code space} are alive: it binds its size. */
  public int bindingStep(Space space) {
    long[] alive = alive(space);
    int most = 0;
    for (int i = 1; i < alive.length; i++) {
      if (alive[i] > alive[most]) {
        most = i;
      }
    }
    return most;
  }

  /** Steps by the node they come from, in the order in which the nodes begin. */
  public List<Layer> layers() {
    Map<String, List<Integer>> indices = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      indices.computeIfAbsent(steps.get(i).name(), _ -> new ArrayList<>()).add(i);
    }
    return indices.entrySet().stream()
        .map(
            e ->
                new Layer(
                    e.getKey(),
                    List.copyOf(e.getValue()),
                    e.getValue().stream().mapToLong(i -> steps.get(i).macs()).sum(),
                    e.getValue().stream().mapToLong(i -> steps.get(i).bytesOpened()).sum()))
        .toList();
  }
}

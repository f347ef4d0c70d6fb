package dev.strongroom.compiler.optee;

import java.util.Comparator;
import java.util.List;

/**
 * How large a trusted application has to be for models to run in it, and what a board's OP-TEE has
 * to give it. All sizes are in bytes. Figures of OP-TEE are those of its release 4.10.
 *
 * <p>Besides OP-TEE's own limits this says what SmartZone (arXiv 2403.12568) sizes a trusted OS by:
 * {@code TEE_RAM = M_s + F_gc + TEE_CORE}, and {@code floor(TEE_RAM / 2 MiB) + 1} page tables.
 *
 * @param parameters M_s
 * @param results F_gc
 * @param taDataSize TA_DATA_SIZE: the heap
 * @param sharedMapped shared memory that is mapped into the trusted application at one time
 * @param sharedPages pages of shared memory that are registered at one time
 * @param largestSharedPages pages of the largest buffer among them
 */
public record OpteeConfig(
    long parameters,
    long results,
    long taDataSize,
    long sharedMapped,
    long sharedPages,
    long largestSharedPages) {

  /** A page; everything that is mapped is a whole number of them. */
  static final long PAGE = 4 << 10;

  /** What one page table of the last level maps: 512 pages. */
  public static final long PAGE_TABLE_REACH = 2 << 20;

  /**
   * Of the heap beside the models: keys and counters of sessions, handles of cryptographic
   * operations, evidence, and what the allocator loses to its headers and to alignment. The
   * operations' own state is the trusted OS's and lies in its heap.
   */
  public static final long OWN_HEAP = 64 << 10;

  /**
   * TA_STACK_SIZE: a Program is a flat list and no kernel calls itself, so what is needed is a
   * kernel's sums and the library's frames below it.
   */
  public static final long STACK = 32 << 10;

  /** OP-TEE adds this to TA_STACK_SIZE for its own frames ({@code ta/user_ta_header.c}). */
  private static final long FRAMEWORK_STACK = 2 << 10;

  /**
   * Code and constants of the trusted application, and those of OP-TEE's loader, which stays mapped
   * beside it. An allowance: the trusted application in C is not there to be measured yet.
   */
  public static final long CODE_ALLOWANCE = 512 << 10;

  /** OP-TEE maps an application up to 128 pages higher, at random (CFG_TA_ASLR). */
  private static final long RANDOM_OFFSET = 128 * PAGE;

  /** An empty page between neighbours of different kinds, for as many as there may be. */
  private static final long GAPS = 16 * PAGE;

  /**
   * OP-TEE's heap beside what it notes about shared memory. Whole systems run with 64 KiB; this is
   * half of it, since nobody states how much of it is used. Derived, not measured: on QEMU it lets
   * 32 MiB be registered and refuses 64 MiB, which is what is seen there.
   */
  public static final long CORE_HEAP_OWN = 32 << 10;

  /** An address of a registered page, kept as long as it is registered. */
  private static final long PAGE_ADDRESS = 8;

  /** What OP-TEE's heap and tables may grow before its own part of secure memory has to. */
  private static final long CORE_SLACK = 256 << 10;

  /** Secure memory is cut along whole MiB in every platform's map. */
  private static final long MAP_GRAIN = 1 << 20;

  /**
   * All models loaded at once into one trusted application.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static OpteeConfig together(List<OpteeDemand> models) {
    requireSome(models);
    long heap = models.stream().mapToLong(OpteeDemand::heap).sum();
    long parameters = models.stream().mapToLong(OpteeDemand::parameters).sum();
    long results = models.stream().mapToLong(OpteeDemand::results).sum();
    long pages = models.stream().mapToLong(m -> pages(m.sealed()) + pages(m.records())).sum();
    return of(parameters, results, heap, models, pages);
  }

  /**
   * The same models, but never more than one loaded: the largest decides.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static OpteeConfig oneAtATime(List<OpteeDemand> models) {
    requireSome(models);
    OpteeDemand largest =
        models.stream().max(Comparator.comparingLong(OpteeDemand::footprint)).orElseThrow();
    long heap = models.stream().mapToLong(OpteeDemand::heap).max().orElseThrow();
    long pages =
        models.stream().mapToLong(m -> pages(m.sealed()) + pages(m.records())).max().orElseThrow();
    return of(largest.parameters(), largest.results(), heap, models, pages);
  }

  private static OpteeConfig of(
      long parameters, long results, long heap, List<OpteeDemand> models, long sharedPages) {
    return new OpteeConfig(
        parameters,
        results,
        roundUp(heap + OWN_HEAP, PAGE),
        // A command maps the buffers that it names: those of the one model it is for.
        models.stream()
            .mapToLong(m -> PAGE * (pages(m.sealed()) + pages(m.records())))
            .max()
            .orElseThrow(),
        sharedPages,
        models.stream()
            .mapToLong(m -> Math.max(pages(m.sealed()), pages(m.records())))
            .max()
            .orElseThrow());
  }

  private static void requireSome(List<OpteeDemand> models) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("there are no models");
    }
  }

  /** TA_STACK_SIZE. */
  public long taStackSize() {
    return STACK;
  }

  /** Secure memory that the trusted application takes: code, stack and heap. */
  public long taMemory() {
    return CODE_ALLOWANCE + roundUp(STACK + FRAMEWORK_STACK, PAGE) + taDataSize;
  }

  /** Addresses that it spans, its shared memory included. */
  public long taAddressSpace() {
    return taMemory() + RANDOM_OFFSET + GAPS + sharedMapped;
  }

  /** Page tables that map these addresses. */
  public int taPageTables() {
    return tables(taAddressSpace());
  }

  /** What {@code board} has to be built with, and whether that is what it is built with anyway. */
  public OpteeFit on(OpteeBoard board) {
    OpteeSettings stock = board.stock();
    long coreHeap =
        Math.max(
            stock.coreHeapSize(),
            // The list of pages is read into a second array while a buffer is being registered.
            roundUp(CORE_HEAP_OWN + PAGE_ADDRESS * (sharedPages + largestSharedPages), PAGE));
    int mapped = Math.max(stock.pgtCacheEntries(), taPageTables());
    long growth = coreHeap - stock.coreHeapSize() + PAGE * (mapped - stock.pgtCacheEntries());
    long core = stock.teeRamVaSize() + (growth > CORE_SLACK ? roundUp(growth, MAP_GRAIN) : 0);
    // The formula counts the trusted OS too, which this cache does not map: a table costs 4 KiB.
    int entries = Math.max(mapped, tables(teeRam(core)));
    long tzdram = Math.max(stock.tzdramSize(), core + roundUp(taMemory(), MAP_GRAIN));
    return new OpteeFit(
        board,
        teeRam(core),
        tables(teeRam(core)),
        // Registered memory is mapped wherever it lies; only without it does this pool matter.
        new OpteeSettings(tzdram, core, entries, stock.shmemSize(), coreHeap));
  }

  private long teeRam(long core) {
    return parameters + results + core;
  }

  private static int tables(long bytes) {
    return Math.toIntExact(bytes / PAGE_TABLE_REACH + 1);
  }

  private static long pages(long bytes) {
    return Math.ceilDiv(bytes, PAGE);
  }

  private static long roundUp(long bytes, long grain) {
    return Math.ceilDiv(bytes, grain) * grain;
  }
}

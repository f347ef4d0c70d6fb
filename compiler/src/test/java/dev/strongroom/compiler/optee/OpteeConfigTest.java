package dev.strongroom.compiler.optee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.compiler.GraphBuilder;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All figures here are worked by hand from the formulas and from OP-TEE 4.10's defaults. */
class OpteeConfigTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;

  /** 1 MiB of model, a header of one page, 1 MiB sealed, a page of records. */
  private static final OpteeDemand SMALL =
      new OpteeDemand(512 * KIB, 512 * KIB, 4 * KIB, MIB, 4 * KIB);

  private static OpteeConfig alone(OpteeDemand model) {
    return OpteeConfig.together(List.of(model));
  }

  /** A model of {@code footprint} bytes, all of them activations, whose sealed file is empty. */
  private static OpteeDemand activations(long footprint) {
    return new OpteeDemand(0, footprint, 0, 0, 0);
  }

  /** A model that is {@code sealed} bytes of shared memory and next to nothing inside. */
  private static OpteeDemand shared(long sealed) {
    return new OpteeDemand(0, 0, 0, sealed, 0);
  }

  @Test
  void theHeapHoldsFootprintHeaderAndItsOwnNeedsInWholePages() {
    // 1,048,576 + 4,096 + 65,536 = 1,118,208 = 273 pages
    assertThat(alone(SMALL).taDataSize()).isEqualTo(1_118_208);
    // 1 + 65,536 = 65,537: 17 pages
    assertThat(alone(activations(1)).taDataSize()).isEqualTo(69_632);
  }

  @Test
  void memoryIsCodeStackAndHeapAndAddressesAreSharedMemoryToo() {
    // 512 KiB of code; 34 KiB of stack in pages, 36 KiB; 1,092 KiB of heap
    assertThat(alone(SMALL).taMemory()).isEqualTo(1640 * KIB);
    // and 512 KiB of random offset, 64 KiB of gaps, 1,028 KiB of shared memory: 3,244 KiB
    assertThat(alone(SMALL).taAddressSpace()).isEqualTo(3244 * KIB);
    assertThat(alone(SMALL).taPageTables()).isEqualTo(2);
  }

  @Test
  void teeRamAndItsPageTablesAreThePapersFormula() {
    // Raspberry Pi 3: 1 MiB + 7 MiB of trusted OS = 8 MiB; floor(8 / 2) + 1 = 5
    OpteeFit rpi3 = alone(SMALL).on(OpteeBoard.RPI3);
    assertThat(rpi3.teeRam()).isEqualTo(8 * MIB);
    assertThat(rpi3.pageTables()).isEqualTo(5);
    // QEMU: 1 MiB + 2 MiB = 3 MiB; floor(1.5) + 1 = 2
    OpteeFit qemu = alone(SMALL).on(OpteeBoard.QEMU_V8);
    assertThat(qemu.teeRam()).isEqualTo(3 * MIB);
    assertThat(qemu.pageTables()).isEqualTo(2);
  }

  @Test
  void aSmallModelNeedsNothingChangedOnEitherBoard() {
    for (OpteeBoard board : OpteeBoard.values()) {
      OpteeFit fit = alone(SMALL).on(board);
      assertThat(fit.changes()).as(board.toString()).isEmpty();
      assertThat(fit.stockSuffices()).as(board.toString()).isTrue();
      assertThat(fit.needed()).isEqualTo(board.stock());
      assertThat(fit.makeLine()).isEqualTo("make PLATFORM=" + board.platform());
    }
  }

  @Test
  void stockBoardsGiveEightAndThirteenMebibytesToTheByte() {
    // What is left for the heap: 8 MiB - 512 KiB - 36 KiB = 7,644 KiB; of it 64 KiB its own
    atTheEdge(OpteeBoard.RPI3, 8 * MIB, 7580 * KIB, "0x01000000");
    // 13 MiB - 548 KiB = 12,764 KiB; less 64 KiB
    atTheEdge(OpteeBoard.QEMU_V8, 13 * MIB, 12_700 * KIB, "0x01000000");
  }

  private static void atTheEdge(OpteeBoard board, long given, long most, String grown) {
    assertThat(board.stock().trustedApplications()).isEqualTo(given);
    OpteeConfig fits = alone(activations(most));
    assertThat(fits.taMemory()).isEqualTo(given);
    assertThat(fits.on(board).stockSuffices()).as("%,d bytes on %s", most, board).isTrue();
    OpteeFit more = alone(activations(most + 1)).on(board);
    assertThat(more.changes()).containsExactly(Map.entry("CFG_TZDRAM_SIZE", 16 * MIB));
    assertThat(more.makeLine()).endsWith(" CFG_TZDRAM_SIZE=" + grown);
  }

  @Test
  void whatIsSeenOnQemuIsWhatTheseFormulasSay() {
    // A heap of 12 MiB opens there, one of 13 MiB does not.
    long own = OpteeConfig.OWN_HEAP;
    assertThat(alone(activations(12 * MIB - own)).on(OpteeBoard.QEMU_V8).stockSuffices()).isTrue();
    assertThat(alone(activations(13 * MIB - own)).on(OpteeBoard.QEMU_V8).stockSuffices()).isFalse();
    // Registering 32 MiB works as far as the heap of OP-TEE goes, 64 MiB does not.
    assertThat(alone(shared(32 * MIB)).on(OpteeBoard.QEMU_V8).changes())
        .doesNotContainKey("CFG_CORE_HEAP_SIZE");
    // 32 KiB and 16 bytes for each of 16,384 pages: 288 KiB
    assertThat(alone(shared(64 * MIB)).on(OpteeBoard.QEMU_V8).changes())
        .containsEntry("CFG_CORE_HEAP_SIZE", 288 * KIB);
  }

  @Test
  void sharedMemoryTakesPageTablesAndOnTheRaspberryPiTheTrustedOsHeap() {
    // 512 + 36 + 64 KiB, then 512 + 64 KiB and 14 MiB: 15,524 KiB, 8 tables
    OpteeConfig eight = alone(shared(14 * MIB));
    assertThat(eight.taPageTables()).isEqualTo(8);
    assertThat(eight.on(OpteeBoard.QEMU_V8).stockSuffices()).isTrue();
    // 16,548 KiB: 9 tables
    OpteeConfig nine = alone(shared(15 * MIB));
    assertThat(nine.on(OpteeBoard.QEMU_V8).changes())
        .containsExactly(Map.entry("CFG_PGT_CACHE_ENTRIES", 9L));
    // 32 KiB + 16 * 3,840 pages = 92 KiB where the board has 64
    assertThat(nine.on(OpteeBoard.RPI3).makeLine())
        .isEqualTo("make PLATFORM=rpi3 CFG_PGT_CACHE_ENTRIES=9 CFG_CORE_HEAP_SIZE=94208");
  }

  @Test
  void aTrustedOsThatHasToGrowTakesMoreSecureMemoryItself() {
    // 240 MiB shared: 61,440 pages, 16 bytes each and 32 KiB: 1,015,808 bytes of heap for OP-TEE;
    // 245,760 + 1,188 KiB of addresses: 121 tables, 113 more than there are.
    // Growth: 1,015,808 - 196,608 + 113 * 4,096 = 1,282,048, so 2 MiB more.
    OpteeFit fit = alone(shared(240 * MIB)).on(OpteeBoard.QEMU_V8);
    assertThat(fit.changes())
        .containsExactly(
            Map.entry("CFG_TEE_RAM_VA_SIZE", 4 * MIB),
            Map.entry("CFG_PGT_CACHE_ENTRIES", 121L),
            Map.entry("CFG_CORE_HEAP_SIZE", 1_015_808L));
  }

  @Test
  void severalModelsAddUpTogetherAndTheLargestDecidesOneAtATime() {
    OpteeDemand large = new OpteeDemand(3 * MIB, 2 * MIB, 8 * KIB, 6 * MIB, 16 * KIB);
    OpteeConfig together = OpteeConfig.together(List.of(SMALL, large));
    OpteeConfig oneAtATime = OpteeConfig.oneAtATime(List.of(SMALL, large));
    // 6 MiB + 12 KiB + 64 KiB
    assertThat(together.taDataSize()).isEqualTo(6220 * KIB);
    assertThat(together.parameters()).isEqualTo(3584 * KIB);
    assertThat(together.results()).isEqualTo(2560 * KIB);
    // 5 MiB + 8 KiB + 64 KiB
    assertThat(oneAtATime.taDataSize()).isEqualTo(5192 * KIB);
    assertThat(oneAtATime).isEqualTo(alone(large));
    // All sealed models stay registered, 257 and 1,540 pages; one inference maps its own.
    assertThat(together.sharedPages()).isEqualTo(1797);
    assertThat(together.sharedMapped()).isEqualTo(oneAtATime.sharedMapped()).isEqualTo(6160 * KIB);
  }

  @Test
  void theDemandOfAProgramIsItsLayout() throws Exception {
    GraphBuilder b = new GraphBuilder(1);
    Graph graph = b.build(b.pointwise(b.input("x", 1, 8, 40, 40), 8));
    Program program = Compiler.compile(graph, CompileOptions.unlimited()).program();
    SecureLayout layout = SecureLayout.of(program, 1000);
    OpteeDemand demand = OpteeDemand.of(program, 1000, 300, 5000);
    assertThat(demand.footprint()).isEqualTo(layout.footprint());
    assertThat(demand.parameters()).isEqualTo(layout.residentBytes() + layout.windowBytes() + 1024);
    assertThat(demand.results()).isEqualTo(layout.arenaBytes() + layout.stagingBytes());
    // 1 * 8 * 40 * 40 floats in, 51,200 bytes, two records of at most 32 KiB; as many out
    assertThat(demand.records()).isEqualTo(2 * (51_200 + 2 * 16));
  }

  @Test
  void noModelsAndNegativeSizesAreRefused() {
    assertThatThrownBy(() -> OpteeConfig.together(List.of())).hasMessageContaining("no models");
    assertThatThrownBy(() -> new OpteeDemand(-1, 0, 0, 0, 0)).hasMessageContaining("parameters -1");
  }
}

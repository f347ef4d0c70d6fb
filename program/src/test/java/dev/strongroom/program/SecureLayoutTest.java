package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.fixtures.RandomPrograms;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecureLayoutTest {
  private static Program program(long arena, long window, int staging, List<Integer> chunks) {
    Program any = RandomPrograms.any(1).program();
    return new Program(
        any.inputs(),
        any.outputs(),
        arena,
        window,
        staging,
        chunks,
        1,
        any.weightsDigest(),
        any.allocations(),
        any.steps());
  }

  @Test
  void partsFollowOneAnotherEachRoundedUpTo64Bytes() {
    SecureLayout layout = SecureLayout.of(program(1000, 65, 80, List.of(128, 64)), 129);
    assertThat(layout.residentOffset()).isEqualTo(192);
    assertThat(layout.windowOffset()).isEqualTo(192 + 128);
    assertThat(layout.arenaOffset()).isEqualTo(192 + 128 + 128);
    assertThat(layout.stagingOffset()).isEqualTo(192 + 128 + 128 + 1024);
    assertThat(layout.footprint()).isEqualTo(192 + 128 + 128 + 1024 + 128);
  }

  @Test
  void aSpaceBeginsWhereItsPartDoes() {
    SecureLayout layout = SecureLayout.of(program(1000, 65, 80, List.of(128, 64)), 129);
    assertThat(layout.offset(Space.ARENA)).isEqualTo(layout.arenaOffset());
    assertThat(layout.offset(Space.WINDOW)).isEqualTo(layout.windowOffset());
    assertThat(layout.offset(Space.RESIDENT)).isEqualTo(layout.residentOffset());
  }

  @Test
  void nothingStreamsMeansAWindowOfNoBytes() {
    SecureLayout layout = SecureLayout.of(program(64, 0, 80, List.of(64)), 64);
    assertThat(layout.windowBytes()).isZero();
    assertThat(layout.windowOffset()).isEqualTo(layout.arenaOffset());
  }

  @Test
  void partsOfNearly2GiBEachDoNotOverflow() {
    long most = Integer.MAX_VALUE;
    SecureLayout layout =
        SecureLayout.of(program(most, most, Integer.MAX_VALUE, List.of(64)), most);
    assertThat(layout.footprint()).isEqualTo(4 * (most + 1) + 64);
  }

  @Test
  void onlyResidentChunksCountAsResident() {
    Program program = program(64, 64, 144, List.of(128, 64, 64));
    assertThat(program.residentBytes()).isEqualTo(128);
    assertThat(program.weightsBytes()).isEqualTo(256);
  }
}

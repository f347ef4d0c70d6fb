package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.fixtures.RandomPrograms;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RoundTripTest {
  @Test
  void everyRandomProgramIsVerifiedAndComesBackFromItsBytes() throws InvalidProgramException {
    for (long seed = 0; seed < 600; seed++) {
      Program program = RandomPrograms.any(seed).program();
      byte[] encoded = ProgramCodec.encode(program);
      Program decoded = ProgramCodec.decode(MemorySegment.ofArray(encoded));
      assertThat(decoded).as("seed %d", seed).isEqualTo(program);
      assertThat(ProgramCodec.encode(decoded)).as("seed %d", seed).isEqualTo(encoded);
      assertThat(Verifier.verify(decoded).program()).isSameAs(decoded);
    }
  }
}

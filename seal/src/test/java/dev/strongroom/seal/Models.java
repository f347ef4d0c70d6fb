package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small models and repeatable randomness for tests. */
final class Models {
  static final ModelIdentity IDENTITY = new ModelIdentity("meter-reader", 7);

  private Models() {}

  /** A content of seeded bytes. */
  static ModelContent content(long seed, int programBytes, int... chunkLengths) {
    Random random = new Random(seed);
    byte[] program = new byte[programBytes];
    random.nextBytes(program);
    List<Integer> lengths = new ArrayList<>();
    int sum = 0;
    for (int length : chunkLengths) {
      lengths.add(length);
      sum += length;
    }
    byte[] weights = new byte[sum];
    random.nextBytes(weights);
    return new ModelContent(program, ByteBuffer.wrap(weights), lengths, Digest.over(weights));
  }

  /** The plaintext of one chunk. */
  static byte[] chunk(ModelContent content, int number) {
    int offset = content.chunkLengths().stream().limit(number).mapToInt(n -> n).sum();
    byte[] chunk = new byte[content.chunkLengths().get(number)];
    content.weights().get(offset, chunk);
    return chunk;
  }

  /** The same bytes for the same seed, unlike any real source. */
  static RandomSource repeatable(long seed) {
    Random random = new Random(seed);
    return count -> {
      byte[] bytes = new byte[count];
      random.nextBytes(bytes);
      return bytes;
    };
  }
}

package dev.strongroom.seal;

import java.security.SecureRandom;

/** Where keys come from. Test vectors need the same ones again; nothing else may choose them. */
interface RandomSource {
  /** The platform's cryptographic generator. */
  RandomSource SECURE =
      new RandomSource() {
        private final SecureRandom random = new SecureRandom();

        @Override
        public byte[] bytes(int count) {
          byte[] bytes = new byte[count];
          random.nextBytes(bytes);
          return bytes;
        }
      };

  /** {@code count} fresh bytes, the caller's to wipe. */
  byte[] bytes(int count);
}

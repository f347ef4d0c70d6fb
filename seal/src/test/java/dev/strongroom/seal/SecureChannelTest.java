package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecureChannelTest {
  @Test
  void carriesMessagesOfAnyLengthBothWays() {
    try (var device = DevicePrivateKey.generate();
        var half = ChannelCaller.start(device.publicKey());
        var other = ChannelResponder.answer(device, half.hello())) {
      var established = other.finish(new byte[0]);
      try (var caller = half.finish(established.reply(), new byte[0]);
          var trusted = established.channel()) {
        for (int length : new int[] {0, 1, 1024, 1025, 100_000}) {
          byte[] message = new byte[length];
          new Random(length).nextBytes(message);
          byte[] sealed = caller.seal(3, ByteBuffer.wrap(message), 1024);
          assertThat(trusted.open(3, ByteBuffer.wrap(sealed))).isEqualTo(message);
          sealed = trusted.seal(4, ByteBuffer.wrap(message), 32_768);
          assertThat(caller.open(4, ByteBuffer.wrap(sealed))).isEqualTo(message);
        }
      }
    }
  }
}

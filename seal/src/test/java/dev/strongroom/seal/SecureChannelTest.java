package dev.strongroom.seal;

import static dev.strongroom.seal.ChannelDescriptor.RECORD_FLAGS;
import static dev.strongroom.seal.ChannelDescriptor.RECORD_LENGTH;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.seal.SealException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SecureChannelTest {
  private static final int INPUT = 3;
  private static final int ANSWER = 4;
  private static final byte[] NO_BINDING = {};

  private final DevicePrivateKey device = DevicePrivateKey.generate();
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    device.close();
    arena.close();
  }

  private record Session(SecureChannel caller, SecureChannel trusted) {}

  private Session session() {
    var half = ChannelCaller.start(device.publicKey());
    var established = ChannelResponder.answer(device, half.hello()).finish(NO_BINDING);
    return new Session(half.finish(established.reply(), NO_BINDING), established.channel());
  }

  @Test
  void carriesMessagesOfAnyLengthBothWays() {
    Session session = session();
    for (int length : new int[] {0, 1, 1024, 1025, 2048, 100_000}) {
      byte[] message = message(length);
      byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message), 1024);
      assertThat(sealed).hasSize((int) SecureChannel.sealedBytes(length, 1024));
      assertThat(session.trusted.open(INPUT, ByteBuffer.wrap(sealed))).isEqualTo(message);
      sealed = session.trusted.seal(ANSWER, ByteBuffer.wrap(message), 32_768);
      assertThat(session.caller.open(ANSWER, ByteBuffer.wrap(sealed))).isEqualTo(message);
    }
  }

  @Test
  void carriesFromAndToMemoryOutsideTheHeapThroughASmallStagingBuffer() {
    Session session = session();
    byte[] message = message(10_000);
    byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message), 100);
    MemorySegment shared = arena.allocate(sealed.length);
    MemorySegment.copy(sealed, 0, shared, ValueLayout.JAVA_BYTE, 0, sealed.length);
    MemorySegment secure = arena.allocate(10_000);
    assertThat(session.trusted.open(INPUT, shared, arena.allocate(116), secure)).isEqualTo(10_000);
    assertThat(secure.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(message);

    MemorySegment out = arena.allocate(SecureChannel.sealedBytes(10_000, 300));
    assertThat(session.trusted.seal(ANSWER, secure, 300, out)).isEqualTo(out.byteSize());
    assertThat(session.caller.open(ANSWER, out.asByteBuffer())).isEqualTo(message);
  }

  @Test
  void readsAndLeavesPositionAndLimitOfABuffer() {
    Session session = session();
    ByteBuffer buffer = ByteBuffer.wrap("--hello--".getBytes(UTF_8)).position(2).limit(7);
    byte[] sealed = session.caller.seal(INPUT, buffer, 10);
    assertThat(buffer.position()).isEqualTo(2);
    assertThat(session.trusted.open(INPUT, ByteBuffer.wrap(sealed)))
        .isEqualTo("hello".getBytes(UTF_8));
  }

  @Test
  void theSameMessageLooksDifferentEveryTime() {
    Session session = session();
    byte[] first = sealed(session);
    byte[] second = sealed(session);
    assertThat(first).isNotEqualTo(second);
    assertThat(sealed(session())).isNotEqualTo(first);
  }

  @Test
  void aMessageDoesNotShowItsPlaintext() {
    byte[] sealed = session().caller.seal(INPUT, ByteBuffer.wrap(new byte[64]), 64);
    byte[] body = Arrays.copyOfRange(sealed, 8, 8 + 64);
    assertThat(body).isNotEqualTo(new byte[64]);
  }

  @Test
  void aRepeatedMessageEndsTheSession() {
    Session session = session();
    byte[] sealed = sealed(session);
    session.trusted.open(INPUT, ByteBuffer.wrap(sealed));
    refuses(session.trusted, sealed, Reason.FORGED);
  }

  @Test
  void messagesThatChangedPlacesEndTheSession() {
    Session session = session();
    sealed(session);
    refuses(session.trusted, sealed(session), Reason.FORGED);
  }

  @Test
  void recordsThatChangedPlacesEndTheSession() {
    Session session = session();
    byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(30)), 10);
    byte[] swapped = sealed.clone();
    System.arraycopy(sealed, 0, swapped, 34, 34);
    System.arraycopy(sealed, 34, swapped, 0, 34);
    refuses(session.trusted, swapped, Reason.FORGED);
  }

  @Test
  void aMessageSentBackEndsTheSession() {
    Session session = session();
    byte[] sealed = sealed(session);
    refuses(session.caller, sealed, Reason.FORGED);
  }

  @Test
  void aMessageOfAnotherSessionEndsTheSession() {
    refuses(session().trusted, sealed(session()), Reason.FORGED);
  }

  @Test
  void aMessageOfAnotherTypeEndsTheSession() {
    Session session = session();
    byte[] sealed = session.caller.seal(ANSWER, ByteBuffer.wrap(message(5)), 10);
    refuses(session.trusted, sealed, Reason.MALFORMED);
  }

  @Test
  void everyTruncationEndsTheSession() {
    for (int length = 0; length < 3 * 24 + 25; length++) {
      Session session = session();
      byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(25)), 10);
      assertThat(sealed).hasSize(3 * 24 + 25);
      refuses(session.trusted, Arrays.copyOf(sealed, length), Reason.MALFORMED);
    }
  }

  @Test
  void aMessageCutAtARecordAndDeclaredCompleteEndsTheSession() {
    Session session = session();
    byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(20)), 10);
    byte[] first = Arrays.copyOf(sealed, 34);
    first[RECORD_FLAGS] = ChannelDescriptor.LAST;
    refuses(session.trusted, first, Reason.FORGED);
  }

  @Test
  void bytesAfterTheMessageEndTheSession() {
    Session session = session();
    byte[] sealed = sealed(session);
    refuses(session.trusted, Arrays.copyOf(sealed, sealed.length + 1), Reason.MALFORMED);
  }

  @Test
  void everySingleFlippedBitEndsTheSession() {
    int bits = 8 * (2 * 24 + 11);
    List<Integer> accepted = new ArrayList<>();
    for (int bit = 0; bit < bits; bit++) {
      Session session = session();
      byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(11)), 10);
      assertThat(8 * sealed.length).isEqualTo(bits);
      sealed[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        session.trusted.open(INPUT, ByteBuffer.wrap(sealed));
        accepted.add(bit);
      } catch (SealException e) {
        assertThat(session.trusted.alive()).isFalse();
      }
    }
    assertThat(accepted).isEmpty();
  }

  @Test
  void afterAForgeryNothingIsLeftAndNothingGoesAnyMore() {
    Session session = session();
    byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(30)), 10);
    byte[] forged = sealed.clone();
    forged[forged.length - 1] ^= 1;
    MemorySegment into = arena.allocate(40).fill((byte) 7);
    assertThatThrownBy(
            () ->
                session.trusted.open(
                    INPUT, MemorySegment.ofArray(forged), arena.allocate(26), into))
        .isInstanceOf(SealException.class);
    assertThat(into.asSlice(0, 20).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    assertThat(into.asSlice(20).toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
    refuses(session.trusted, sealed, Reason.CHANNEL_ENDED);
    assertThatThrownBy(() -> session.trusted.seal(ANSWER, ByteBuffer.allocate(1), 1))
        .isInstanceOf(SealException.class)
        .hasMessage("the session has ended; begin another one");
  }

  @Test
  void aMessageLongerThanItsPlaceEndsTheSession() {
    Session session = session();
    byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(30)), 10);
    assertThatThrownBy(
            () ->
                session.trusted.open(
                    INPUT, MemorySegment.ofArray(sealed), arena.allocate(26), arena.allocate(29)))
        .isInstanceOf(SealException.class)
        .hasMessage("a record does not fit the place for the message: needed=10, had=9");
    assertThat(session.trusted.alive()).isFalse();
  }

  @Test
  void aRecordLongerThanStagingEndsTheSession() {
    Session session = session();
    byte[] sealed = session.caller.seal(INPUT, ByteBuffer.wrap(message(30)), 11);
    assertThatThrownBy(
            () ->
                session.trusted.open(
                    INPUT, MemorySegment.ofArray(sealed), arena.allocate(26), arena.allocate(30)))
        .hasMessage("a record does not fit staging: needed=27, had=26");
  }

  @Test
  void aLengthIsNotBelievedBeforeItsBytesAreThere() {
    Session session = session();
    byte[] sealed = sealed(session);
    ByteBuffer.wrap(sealed).putInt(RECORD_LENGTH, -1);
    assertThatThrownBy(() -> session.trusted.open(INPUT, ByteBuffer.wrap(sealed)))
        .hasMessage("the length of a record is 4294967295, outside 0 to 32768");
  }

  @Test
  void anotherDeviceCannotAnswer() {
    try (var other = DevicePrivateKey.generate()) {
      var half = ChannelCaller.start(device.publicKey());
      var established = ChannelResponder.answer(other, half.hello()).finish(NO_BINDING);
      assertThatThrownBy(() -> half.finish(established.reply(), NO_BINDING))
          .isInstanceOf(SealException.class)
          .hasMessage("the answer to the handshake does not come from " + device.publicKey());
    }
  }

  @Test
  void anAnswerToAnotherHelloIsRefused() {
    var first = ChannelCaller.start(device.publicKey());
    var second = ChannelCaller.start(device.publicKey());
    var established = ChannelResponder.answer(device, first.hello()).finish(NO_BINDING);
    assertThatThrownBy(() -> second.finish(established.reply(), NO_BINDING))
        .isInstanceOf(SealException.class);
  }

  @Test
  void everyFlippedBitOfAnAnswerIsRefused() {
    List<Integer> accepted = new ArrayList<>();
    for (int bit = 0; bit < 8 * ChannelDescriptor.REPLY_BYTES; bit++) {
      var half = ChannelCaller.start(device.publicKey());
      byte[] reply = ChannelResponder.answer(device, half.hello()).finish(NO_BINDING).reply();
      reply[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        half.finish(reply, NO_BINDING);
        accepted.add(bit);
      } catch (SealException e) {
        assertThat(e.reason()).isEqualTo(Reason.FORGED);
      }
    }
    assertThat(accepted).isEmpty();
  }

  @Test
  void bothSidesMustAgreeOnWhatIsBoundIn() {
    var half = ChannelCaller.start(device.publicKey());
    var responder = ChannelResponder.answer(device, half.hello());
    var established = responder.finish("evidence".getBytes(UTF_8));
    assertThatThrownBy(() -> half.finish(established.reply(), "evil".getBytes(UTF_8)))
        .isInstanceOf(SealException.class);
  }

  @Test
  void bothSidesNameTheSessionAlike() {
    Session session = session();
    assertThat(session.caller.transcript()).isEqualTo(session.trusted.transcript());
    assertThat(session().caller.transcript()).isNotEqualTo(session.caller.transcript());
  }

  @Test
  void keysOfSmallOrderAreRefused() {
    assertThatThrownBy(() -> ChannelResponder.answer(device, new byte[32]).finish(NO_BINDING))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("small order");
    assertThatThrownBy(
            () -> ChannelCaller.start(device.publicKey()).finish(new byte[64], NO_BINDING))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("small order");
  }

  @Test
  void handshakeMessagesOfAnotherLengthAreRefused() {
    assertThatThrownBy(() -> ChannelResponder.answer(device, new byte[31]))
        .hasMessage("the first message of a handshake has 32 bytes, not 31");
    assertThatThrownBy(
            () -> ChannelCaller.start(device.publicKey()).finish(new byte[65], NO_BINDING))
        .hasMessage("the answer to a handshake has 64 bytes, not 65");
  }

  @Test
  void aHandshakeServesOneSession() {
    var half = ChannelCaller.start(device.publicKey());
    var responder = ChannelResponder.answer(device, half.hello());
    responder.finish(NO_BINDING);
    assertThatThrownBy(() -> responder.finish(NO_BINDING))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sealsNothingWhereThereIsNoRoomForIt() {
    Session session = session();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.trusted.seal(ANSWER, arena.allocate(10), 10, arena.allocate(33)))
        .withMessage("insufficient room for a sealed message: needed=34, had=33");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.caller.seal(INPUT, ByteBuffer.allocate(1), 32_769));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.caller.seal(256, ByteBuffer.allocate(1), 1));
    assertThat(session.trusted.alive()).isTrue();
  }

  @Test
  void aClosedChannelRefusesAll() {
    Session session = session();
    session.caller.close();
    assertThatThrownBy(() -> sealed(session))
        .isInstanceOfSatisfying(
            SealException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHANNEL_ENDED));
  }

  private static byte[] sealed(Session session) {
    return session.caller.seal(INPUT, ByteBuffer.wrap(message(25)), 100);
  }

  private static byte[] message(int length) {
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    return message;
  }

  private static void refuses(SecureChannel channel, byte[] sealed, Reason reason) {
    assertThatThrownBy(() -> channel.open(INPUT, ByteBuffer.wrap(sealed)))
        .isInstanceOfSatisfying(SealException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    assertThat(channel.alive()).isFalse();
  }
}

package dev.strongroom.world;

import dev.strongroom.seal.ChannelCaller;
import dev.strongroom.seal.ChannelDescriptor;
import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.seal.SealException;
import dev.strongroom.seal.SecureChannel;
import dev.strongroom.world.protocol.Command;
import dev.strongroom.world.protocol.Connection;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.Parameter;
import dev.strongroom.world.protocol.SharedLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The caller's first words with a trusted side, and how it takes answers. */
final class Handshake {
  private static final byte[] NO_EVIDENCE = {};

  private Handshake() {}

  /** Asks for the device's public key. */
  static DevicePublicKey identify(Connection connection) throws WorldException {
    Message request =
        Message.request(
            Command.IDENTIFY, Parameter.output(SharedLayout.ANSWER, SharedLayout.ANSWER_BYTES));
    byte[] key = invoke(connection, request, 0);
    if (key.length != DevicePublicKey.BYTES) {
      throw new WorldException(
          ErrorCode.COMMUNICATION, "a device key of %d bytes came back".formatted(key.length));
    }
    return DevicePublicKey.of(key);
  }

  /**
   * Agrees keys with the trusted side of {@code device}.
   *
   * @throws WorldException if somebody else answers, or a model is loaded
   */
  static SecureChannel perform(Connection connection, DevicePublicKey device)
      throws WorldException {
    try (ChannelCaller caller = ChannelCaller.start(device)) {
      byte[] hello = caller.hello();
      MemorySegment.copy(
          hello, 0, connection.shared(), ValueLayout.JAVA_BYTE, SharedLayout.HELLO, hello.length);
      Message request =
          Message.request(
              Command.HELLO,
              Parameter.input(SharedLayout.HELLO, hello.length),
              Parameter.output(SharedLayout.ANSWER, ChannelDescriptor.REPLY_BYTES));
      return caller.finish(invoke(connection, request, 1), NO_EVIDENCE);
    } catch (SealException e) {
      throw new WorldException(ErrorCode.SECURITY, "no session begins: " + e.getMessage(), e);
    }
  }

  /**
   * Carries out a request.
   *
   * @param output index of the parameter that is wanted
   * @return a copy of what was written there
   * @throws WorldException if the trusted side refuses, or answers nonsense
   */
  static byte[] invoke(Connection connection, Message request, int output) throws WorldException {
    Message answer = connection.invoke(request);
    Parameter asked = request.parameters().get(output);
    Parameter got = accepted(answer).parameters().get(output);
    if (got.type() != asked.type() || got.a() != asked.a() || got.b() > asked.b()) {
      throw new WorldException(
          ErrorCode.COMMUNICATION, "asked for %s, the answer was %s".formatted(asked, got));
    }
    return connection.shared().asSlice(got.a(), got.b()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The answer, if it is none that refuses. */
  static Message accepted(Message answer) throws WorldException {
    if (answer.code() != Message.SUCCESS) {
      Parameter values = answer.parameters().getFirst();
      throw WorldException.of(
          ErrorCode.of(answer.code()).orElse(ErrorCode.GENERIC), values.a(), values.b());
    }
    return answer;
  }
}

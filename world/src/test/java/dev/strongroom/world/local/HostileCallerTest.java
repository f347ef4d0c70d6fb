package dev.strongroom.world.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.seal.ChannelCaller;
import dev.strongroom.seal.ChannelDescriptor;
import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.seal.SecureChannel;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.TinyModel;
import dev.strongroom.world.protocol.Channels;
import dev.strongroom.world.protocol.Command;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.MessageDescriptor;
import dev.strongroom.world.protocol.ModelInfo;
import dev.strongroom.world.protocol.Parameter;
import dev.strongroom.world.protocol.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller that speaks the protocol byte by byte, and badly. */
class HostileCallerTest {
  private static final long SHARED = 1 << 20;
  private static final int MODEL = 65536;
  private static final int IN = 262144;
  private static final int OUT = 524288;
  private static final VendorPrivateKey VENDOR = VendorPrivateKey.generate();
  private static LocalConnection connection;
  private static DevicePublicKey device;
  private static int modelBytes;

  private SecureChannel channel;
  private ModelInfo info;

  @BeforeAll
  static void open() throws Exception {
    connection =
        LocalConnection.open(
            new LocalStart(
                65536,
                SHARED,
                1,
                Optional.empty(),
                List.of(VENDOR.publicKey().raw()),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Duration.ofSeconds(20)));
    connection.invoke(Message.request(Command.IDENTIFY, Parameter.output(0, 32)));
    device = DevicePublicKey.of(shared(0, 32).toArray(ValueLayout.JAVA_BYTE));
  }

  @AfterAll
  static void close() {
    connection.close();
  }

  @BeforeEach
  void load() throws Exception {
    connection.invoke(Message.request(Command.UNLOAD));
    byte[] sealed = TinyModel.of(1).sealFor(VENDOR, device);
    modelBytes = sealed.length;
    shared(MODEL, modelBytes).copyFrom(MemorySegment.ofArray(sealed));
    channel = hello();
    Message answer =
        connection.invoke(
            Message.request(
                Command.LOAD, Parameter.inout(MODEL, modelBytes), Parameter.output(0, MODEL)));
    assertThat(answer.code()).isEqualTo(Message.SUCCESS);
    byte[] sealedInfo = shared(0, answer.parameters().get(1).b()).toArray(ValueLayout.JAVA_BYTE);
    info = ModelInfo.decode(channel.open(Payload.MODEL_INFO, ByteBuffer.wrap(sealedInfo)));
  }

  @Test
  void theHonestRequestThatAllOthersVaryIsAnswered() throws Exception {
    Message answer = connection.invoke(infer(sealInput()));
    assertThat(answer.code()).isEqualTo(Message.SUCCESS);
    assertThat(answer.parameters().get(1))
        .isEqualTo(Parameter.output(OUT, Payload.sealedBytes(info.outputs(), info.recordBytes())));
  }

  @Test
  void bytesThatAreNoMessageAreRefusedAndEndTheSession() throws Exception {
    byte[] honest = Message.request(Command.STATUS, Parameter.output(0, 4096)).encode().array();
    int[] fields = {
      MessageDescriptor.MAGIC,
      MessageDescriptor.VERSION,
      MessageDescriptor.RESERVED,
      MessageDescriptor.PARAMETER_TYPES + 2
    };
    for (int field : fields) {
      byte[] broken = honest.clone();
      broken[field] ^= 0x10;
      assertRefused(ErrorCode.BAD_FORMAT, sendRaw(broken), "byte " + field);
      load();
    }
    byte[] unknownType = honest.clone();
    unknownType[MessageDescriptor.PARAMETER_TYPES] = 4;
    assertRefused(ErrorCode.BAD_FORMAT, sendRaw(unknownType), "parameter type 4");
    assertSessionIsOver();
  }

  @Test
  void commandsThatDoNotExistAreRefused() throws Exception {
    for (int code : new int[] {0, 7, -1, Integer.MIN_VALUE}) {
      assertRefused(ErrorCode.NOT_SUPPORTED, connection.invoke(Message.answer(code)), "" + code);
      assertSessionIsOver();
      load();
    }
  }

  @Test
  void referencesThatLeaveTheMappingAreRefusedInEveryCommand() throws Exception {
    long most = (1L << 32) - 1;
    Parameter[] outside = {
      Parameter.input(SHARED, 1),
      Parameter.input(SHARED - 1, 2),
      Parameter.input(0, SHARED + 1),
      Parameter.input(most, most),
      Parameter.input(most, 1),
      Parameter.input(1, most)
    };
    for (Parameter in : outside) {
      Parameter out = Parameter.output(in.a(), in.b());
      assertRefusedThenReload(Message.request(Command.INFER, in, Parameter.output(OUT, 65536)));
      assertRefusedThenReload(Message.request(Command.INFER, sealInput(), out));
      assertRefusedThenReload(Message.request(Command.STATUS, out));
      assertRefusedThenReload(Message.request(Command.IDENTIFY, out));
      hello();
      assertRefusedThenReload(Message.request(Command.HELLO, in, Parameter.output(0, 64)));
      connection.invoke(Message.request(Command.UNLOAD));
      hello();
      Parameter model = Parameter.inout(in.a(), in.b());
      assertRefusedThenReload(Message.request(Command.LOAD, model, Parameter.output(0, MODEL)));
    }
  }

  @Test
  void parametersOfAnotherTypeOrTooManyAreRefused() throws Exception {
    Parameter in = sealInput();
    Parameter out = Parameter.output(OUT, 65536);
    assertRefusedThenReload(Message.request(Command.INFER, out, out));
    assertRefusedThenReload(Message.request(Command.INFER, in, in));
    assertRefusedThenReload(Message.request(Command.INFER, in, out, in));
    assertRefusedThenReload(Message.request(Command.INFER));
    connection.invoke(Message.request(Command.UNLOAD));
    hello();
    Parameter unwritable = Parameter.input(MODEL, modelBytes);
    assertRefusedThenReload(Message.request(Command.LOAD, unwritable, Parameter.output(0, MODEL)));
    assertRefusedThenReload(
        Message.request(Command.UNLOAD, Parameter.NONE, Parameter.NONE, Parameter.NONE, in));
    assertRefusedThenReload(Message.request(Command.STATUS, Parameter.values(0, 4096)));
  }

  @Test
  void inputsAndOutputsOfAnotherSizeAreRefused() throws Exception {
    Parameter in = sealInput();
    assertRefusedThenReload(infer(Parameter.input(in.a(), in.b() - 1)));
    assertRefusedThenReload(infer(Parameter.input(in.a(), in.b() + 1)));
    assertRefusedThenReload(infer(Parameter.input(in.a(), 0)));
    Message shortOut = Message.request(Command.INFER, sealInput(), Parameter.output(OUT, 100));
    Message answer = connection.invoke(shortOut);
    assertRefused(ErrorCode.SHORT_BUFFER, answer, "100 bytes for the output");
    assertThat(answer.parameters().getFirst())
        .isEqualTo(Parameter.values(Payload.sealedBytes(info.outputs(), info.recordBytes()), 100));
  }

  @Test
  void aRecordThatIsSentTwiceIsRefused() throws Exception {
    Parameter in = sealInput();
    assertThat(connection.invoke(infer(in)).code()).isEqualTo(Message.SUCCESS);
    assertRefused(ErrorCode.SECURITY, connection.invoke(infer(in)), "a replay");
    assertSessionIsOver();
  }

  @Test
  void aRecordThatIsLeftOutIsNoticed() throws Exception {
    sealInput();
    Parameter second = sealInput();
    assertRefused(
        ErrorCode.SECURITY, connection.invoke(infer(second)), "the second without the first");
    assertSessionIsOver();
  }

  @Test
  void anInputOfAnotherSessionIsRefused() throws Exception {
    Parameter in = sealInput();
    byte[] kept = shared(in.a(), in.b()).toArray(ValueLayout.JAVA_BYTE);
    load();
    shared(in.a(), in.b()).copyFrom(MemorySegment.ofArray(kept));
    assertRefused(ErrorCode.SECURITY, connection.invoke(infer(in)), "an older session's input");
  }

  @Test
  void everyChangedByteOfAnInputIsNoticed() throws Exception {
    Random random = new Random(11);
    for (int i = 0; i < 20; i++) {
      Parameter in = sealInput();
      long at = in.a() + random.nextLong(in.b());
      flip(at);
      Message answer = connection.invoke(infer(in));
      assertThat(answer.code())
          .as("byte %d of the input", at - in.a())
          .isIn(ErrorCode.SECURITY.code(), ErrorCode.BAD_FORMAT.code());
      assertSessionIsOver();
      load();
    }
  }

  @Test
  void weightsThatChangeBetweenInferencesAreNoticed() throws Exception {
    Random random = new Random(12);
    // The last three chunks stream: 1024 + 1024 + 320 bytes and a tag each.
    int streamed = TinyModel.STREAMED_BYTES + 3 * 16;
    for (int i = 0; i < 10; i++) {
      assertThat(connection.invoke(infer(sealInput())).code()).isEqualTo(Message.SUCCESS);
      long at = MODEL + modelBytes - streamed + random.nextInt(streamed);
      flip(at);
      Message answer = connection.invoke(infer(sealInput()));
      assertRefused(ErrorCode.SECURITY, answer, "byte %d of the model".formatted(at - MODEL));
      assertSessionIsOver();
      load();
    }
  }

  @Test
  void commandsOutOfOrderAreRefused() throws Exception {
    Message load =
        Message.request(
            Command.LOAD, Parameter.inout(MODEL, modelBytes), Parameter.output(0, MODEL));
    Message hello =
        Message.request(Command.HELLO, Parameter.input(0, 32), Parameter.output(64, 64));
    assertRefused(ErrorCode.BAD_STATE, connection.invoke(load), "a second load");
    load();
    assertRefused(ErrorCode.BAD_STATE, connection.invoke(hello), "hello while loaded");
    assertRefused(ErrorCode.BAD_STATE, connection.invoke(load), "load without hello");
    assertSessionIsOver();
    hello();
    assertRefused(ErrorCode.BAD_STATE, connection.invoke(infer(sealInput())), "infer, no model");
  }

  @Test
  void aKeyShareOfSmallOrderIsRefused() throws Exception {
    connection.invoke(Message.request(Command.UNLOAD));
    shared(0, 32).fill((byte) 0);
    Message hello =
        Message.request(Command.HELLO, Parameter.input(0, 32), Parameter.output(64, 64));
    Message answer = connection.invoke(hello);
    assertThat(answer.code()).isIn(ErrorCode.SECURITY.code(), ErrorCode.BAD_FORMAT.code());
    assertSessionIsOver();
  }

  @Test
  void noiseNeverKillsTheTrustedSide() throws Exception {
    Random random = new Random(13);
    byte[] noise = new byte[MessageDescriptor.BYTES];
    for (int i = 0; i < 2000; i++) {
      random.nextBytes(noise);
      ByteBuffer bytes = ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putInt(MessageDescriptor.MAGIC, MessageDescriptor.MAGIC_VALUE);
      bytes.putInt(MessageDescriptor.VERSION, MessageDescriptor.VERSION_VALUE);
      bytes.putInt(MessageDescriptor.CODE, 1 + random.nextInt(6));
      bytes.putInt(MessageDescriptor.PARAMETER_TYPES, random.nextBoolean() ? 0x65 : 0x6);
      for (int field = 0; field < 8; field++) {
        bytes.putInt(MessageDescriptor.PARAMETERS + 4 * field, random.nextInt(2 << 20));
      }
      Message answer = sendRaw(noise);
      assertThat(answer.code()).as("message %d", i).isNotEqualTo(ErrorCode.GENERIC.code());
    }
    load();
    assertThat(connection.invoke(infer(sealInput())).code()).isEqualTo(Message.SUCCESS);
  }

  private SecureChannel hello() throws Exception {
    connection.invoke(Message.request(Command.UNLOAD));
    try (ChannelCaller caller = ChannelCaller.start(device)) {
      shared(0, 32).copyFrom(MemorySegment.ofArray(caller.hello()));
      Message answer =
          connection.invoke(
              Message.request(
                  Command.HELLO,
                  Parameter.input(0, 32),
                  Parameter.output(64, ChannelDescriptor.REPLY_BYTES)));
      assertThat(answer.code()).isEqualTo(Message.SUCCESS);
      byte[] reply = shared(64, ChannelDescriptor.REPLY_BYTES).toArray(ValueLayout.JAVA_BYTE);
      return caller.finish(reply, new byte[0]);
    }
  }

  /** Seals the next input into its place. */
  private Parameter sealInput() {
    byte[] tensor = new byte[(int) info.inputs().getFirst().bytes()];
    byte[] sealed = channel.seal(Payload.INPUT, ByteBuffer.wrap(tensor), info.recordBytes());
    shared(IN, sealed.length).copyFrom(MemorySegment.ofArray(sealed));
    return Parameter.input(IN, sealed.length);
  }

  private static Message infer(Parameter in) {
    return Message.request(Command.INFER, in, Parameter.output(OUT, 65536));
  }

  private static Message sendRaw(byte[] message) throws Exception {
    Channels.write(connection.channel(), ByteBuffer.wrap(message));
    return Message.decode(
        Channels.read(connection.channel(), ByteBuffer.allocate(MessageDescriptor.BYTES)));
  }

  private static MemorySegment shared(long offset, long length) {
    return connection.shared().asSlice(offset, length);
  }

  private static void flip(long at) {
    byte was = connection.shared().get(ValueLayout.JAVA_BYTE, at);
    connection.shared().set(ValueLayout.JAVA_BYTE, at, (byte) (was ^ 1));
  }

  private void assertRefusedThenReload(Message request) throws Exception {
    assertRefused(ErrorCode.BAD_PARAMETERS, connection.invoke(request), request.toString());
    assertSessionIsOver();
    load();
  }

  private static void assertSessionIsOver() throws Exception {
    Message status = connection.invoke(Message.request(Command.STATUS, Parameter.output(0, 4096)));
    assertRefused(ErrorCode.BAD_STATE, status, "status after a refusal");
  }

  private static void assertRefused(ErrorCode code, Message answer, String what) {
    assertThat(ErrorCode.of(answer.code())).as(what).contains(code);
  }
}

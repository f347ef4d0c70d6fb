package dev.strongroom.world.trusted;

import static dev.strongroom.world.protocol.Parameter.Type.MEMREF_INOUT;
import static dev.strongroom.world.protocol.Parameter.Type.MEMREF_INPUT;
import static dev.strongroom.world.protocol.Parameter.Type.MEMREF_OUTPUT;

import dev.strongroom.seal.ChannelDescriptor;
import dev.strongroom.seal.ChannelResponder;
import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.SealException;
import dev.strongroom.seal.SealedModelOpener;
import dev.strongroom.seal.SecureChannel;
import dev.strongroom.seal.VendorPublicKey;
import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.linux.SecureMemory;
import dev.strongroom.world.protocol.Command;
import dev.strongroom.world.protocol.MalformedMessageException;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.Parameter;
import dev.strongroom.world.protocol.Payload;
import dev.strongroom.world.protocol.StatusDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Carries out commands, one at a time. Whatever is wrong with one ends the session: the model and
 * the keys of the session are wiped, and the caller may begin anew.
 */
final class Service {
  private static final byte[] NO_EVIDENCE = {};

  private final SecureMemory memory;
  private final SharedMemory shared;
  private final DevicePrivateKey device;
  private final List<VendorPublicKey> vendors;
  private final int threads;
  private State state = new Idle();

  /** How far the session is. */
  private sealed interface State {}

  /** No session. */
  private record Idle() implements State {}

  /** Keys are agreed. */
  private record Open(SecureChannel channel) implements State {}

  /** A model is in secure memory. */
  private record Loaded(SecureChannel channel, LoadedModel model) implements State {}

  Service(
      SecureMemory memory,
      SharedMemory shared,
      DevicePrivateKey device,
      List<VendorPublicKey> vendors,
      int threads) {
    this.memory = memory;
    this.shared = shared;
    this.device = device;
    this.vendors = vendors;
    this.threads = threads;
  }

  /** The answer to a request, which may be any bytes at all. */
  Message answer(ByteBuffer request) {
    Message answer;
    try {
      return carryOut(Message.decode(request));
    } catch (MalformedMessageException e) {
      answer = new Refusal(ErrorCode.BAD_FORMAT).answer();
    } catch (Refusal refusal) {
      answer = refusal.answer();
    } catch (SealException e) {
      answer = new Refusal(code(e.reason())).answer();
    } catch (RuntimeException | InternalError | StackOverflowError e) {
      // Its message might hold a secret. An InternalError is what the virtual machine makes of a
      // shared file that was cut short.
      answer = new Refusal(ErrorCode.GENERIC).answer();
    }
    end();
    return answer;
  }

  private Message carryOut(Message request) throws Refusal {
    Command command =
        Command.of(request.code()).orElseThrow(() -> new Refusal(ErrorCode.NOT_SUPPORTED));
    return switch (command) {
      case HELLO -> hello(request);
      case LOAD -> load(request);
      case INFER -> infer(request);
      case STATUS -> status(request);
      case UNLOAD -> unload(request);
      case IDENTIFY -> identify(request);
    };
  }

  private Message hello(Message request) throws Refusal {
    requireNothingFrom(2, request);
    if (state instanceof Loaded) {
      throw new Refusal(ErrorCode.BAD_STATE);
    }
    end();
    byte[] hello = shared.region(request, 0, MEMREF_INPUT).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment out = room(request, 1, ChannelDescriptor.REPLY_BYTES);
    try (ChannelResponder responder = ChannelResponder.answer(device, hello)) {
      // Evidence will be made here, over the responder's session key, and its digest bound.
      ChannelResponder.Established established = responder.finish(NO_EVIDENCE);
      state = new Open(established.channel());
      out.copyFrom(MemorySegment.ofArray(established.reply()));
    }
    return written(request, 1, ChannelDescriptor.REPLY_BYTES);
  }

  private Message identify(Message request) throws Refusal {
    requireNothingFrom(1, request);
    byte[] key = device.publicKey().raw();
    room(request, 0, key.length).copyFrom(MemorySegment.ofArray(key));
    return written(request, 0, key.length);
  }

  private Message load(Message request) throws Refusal {
    requireNothingFrom(2, request);
    if (!(state instanceof Open open)) {
      throw new Refusal(ErrorCode.BAD_STATE);
    }
    // Chunks that are opened again are sealed anew in their place.
    MemorySegment sealed = shared.region(request, 0, MEMREF_INOUT);
    SealedModelOpener opener = SealedModelOpener.open(sealed, device, vendors);
    LoadedModel model;
    try {
      model = LoadedModel.load(opener, memory.segment(), threads);
    } catch (Refusal | RuntimeException e) {
      opener.close();
      throw e;
    }
    state = new Loaded(open.channel(), model);
    return sealed(request, 1, Payload.MODEL_INFO, model.info().encode());
  }

  private Message infer(Message request) throws Refusal {
    requireNothingFrom(2, request);
    Loaded loaded = loaded();
    MemorySegment in = shared.region(request, 0, MEMREF_INPUT);
    MemorySegment out = shared.region(request, 1, MEMREF_OUTPUT);
    return written(request, 1, loaded.model().infer(loaded.channel(), in, out));
  }

  private Message status(Message request) throws Refusal {
    requireNothingFrom(1, request);
    Loaded loaded = loaded();
    byte[] status = StatusDescriptor.encode(loaded.model().status(memory.kind()));
    return sealed(request, 0, Payload.STATUS, status);
  }

  private Message unload(Message request) throws Refusal {
    requireNothingFrom(0, request);
    loaded();
    end();
    return Message.answer(Message.SUCCESS);
  }

  private Loaded loaded() throws Refusal {
    if (state instanceof Loaded loaded) {
      return loaded;
    }
    throw new Refusal(ErrorCode.BAD_STATE);
  }

  /** Wipes whatever the session had. */
  private void end() {
    switch (state) {
      case Idle idle -> {}
      case Open open -> open.channel().close();
      case Loaded loaded -> {
        loaded.channel().close();
        loaded.model().close();
      }
    }
    state = new Idle();
    memory.wipe();
  }

  /** Answers with {@code content}, sealed for the caller in the output {@code index}. */
  private Message sealed(Message request, int index, int type, byte[] content) throws Refusal {
    Loaded loaded = loaded();
    int recordBytes = ChannelDescriptor.MAX_RECORD_BYTES;
    long length = SecureChannel.sealedBytes(content.length, recordBytes);
    MemorySegment out = room(request, index, length);
    loaded.channel().seal(type, MemorySegment.ofArray(content), recordBytes, out);
    return written(request, index, length);
  }

  private MemorySegment room(Message request, int index, long length) throws Refusal {
    MemorySegment out = shared.region(request, index, MEMREF_OUTPUT);
    if (out.byteSize() < length) {
      throw new Refusal(ErrorCode.SHORT_BUFFER, length, out.byteSize());
    }
    return out.asSlice(0, length);
  }

  /** The answer to a request whose output {@code index} got {@code length} bytes. */
  private static Message written(Message request, int index, long length) {
    List<Parameter> parameters = new ArrayList<>(Collections.nCopies(index, Parameter.NONE));
    parameters.add(Parameter.output(request.parameters().get(index).a(), length));
    return new Message(Message.SUCCESS, parameters);
  }

  private static void requireNothingFrom(int first, Message request) throws Refusal {
    List<Parameter> parameters = request.parameters();
    for (Parameter parameter : parameters.subList(first, parameters.size())) {
      if (!parameter.equals(Parameter.NONE)) {
        throw new Refusal(ErrorCode.BAD_PARAMETERS);
      }
    }
  }

  private static ErrorCode code(SealException.Reason reason) {
    return switch (reason) {
      case MALFORMED -> ErrorCode.BAD_FORMAT;
      case UNTRUSTED_VENDOR -> ErrorCode.SIGNATURE_INVALID;
      case WRONG_DEVICE -> ErrorCode.WRONG_DEVICE;
      case FORGED -> ErrorCode.SECURITY;
      case CHANNEL_ENDED -> ErrorCode.BAD_STATE;
    };
  }
}

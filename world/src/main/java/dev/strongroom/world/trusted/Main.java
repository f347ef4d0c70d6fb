package dev.strongroom.world.trusted;

import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.VendorPublicKey;
import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.linux.Hardening;
import dev.strongroom.world.linux.SecureMemory;
import dev.strongroom.world.linux.SystemCallException;
import dev.strongroom.world.protocol.Channels;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.MessageDescriptor;
import dev.strongroom.world.protocol.Parameter;
import dev.strongroom.world.protocol.Startup;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The process of the trusted side: hardens itself, reserves its secure memory, reads its key, and
 * serves one caller until the connection ends. It says nothing on its outputs but where it cannot
 * even begin.
 */
public final class Main {
  private static final int DONE = 0;
  private static final int REFUSED = 1;

  private Main() {}

  /** Takes no arguments; see {@link Startup} for what it reads. */
  public static void main(String[] arguments) {
    System.exit(run());
  }

  private static int run() {
    try (DataInputStream in = new DataInputStream(System.in)) {
      Startup startup = Startup.read(in);
      try (SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(startup.socket()))) {
        Channels.write(channel, ByteBuffer.wrap(startup.token()));
        return serve(startup, channel);
      }
    } catch (IOException e) {
      System.err.println("The trusted side cannot begin: " + e.getMessage());
      return REFUSED;
    }
  }

  private static int serve(Startup startup, SocketChannel channel) throws IOException {
    try {
      Hardening.apply(startup.parent());
      SecureMemory memory = reserve(startup.secureMemory());
      try (DevicePrivateKey device = device(startup.deviceDirectory())) {
        List<VendorPublicKey> vendors =
            startup.vendors().stream().map(VendorPublicKey::of).toList();
        SharedMemory shared =
            SharedMemory.map(Path.of(startup.sharedFile()), startup.sharedMemory());
        Service service = new Service(memory, shared, device, vendors, startup.threads());
        Parameter kind = Parameter.values(memory.kind().code(), 0);
        Channels.write(channel, Message.answer(Message.SUCCESS, kind).encode());
        return answerAll(service, channel);
      } finally {
        memory.wipe();
      }
    } catch (Refusal refusal) {
      Channels.write(channel, refusal.answer().encode());
      return REFUSED;
    } catch (SystemCallException e) {
      Channels.write(channel, new Refusal(ErrorCode.NOT_HARDENED).answer().encode());
      return REFUSED;
    } catch (Hardening.OrphanedException e) {
      return REFUSED;
    }
  }

  private static SecureMemory reserve(long bytes) throws Refusal {
    try {
      return SecureMemory.reserve(bytes);
    } catch (SecureMemory.LockLimitException e) {
      throw new Refusal(ErrorCode.LOCK_LIMIT, e.allowed(), e.asked());
    } catch (SystemCallException e) {
      throw new Refusal(ErrorCode.NO_SECURE_MEMORY, e.errno(), bytes);
    }
  }

  private static DevicePrivateKey device(String directory) throws Refusal {
    if (directory.isEmpty()) {
      return DevicePrivateKey.generate();
    }
    try {
      return DevicePrivateKey.load(Path.of(directory, DevicePrivateKey.PRIVATE_FILE));
    } catch (IOException e) {
      throw new Refusal(ErrorCode.DEVICE_KEY);
    }
  }

  /** Until the caller closes the connection. */
  private static int answerAll(Service service, SocketChannel channel) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(MessageDescriptor.BYTES);
    try {
      while (true) {
        Message answer = service.answer(Channels.read(channel, request.clear()));
        Channels.write(channel, answer.encode());
      }
    } catch (EOFException callerHasGone) {
      return DONE;
    }
  }
}

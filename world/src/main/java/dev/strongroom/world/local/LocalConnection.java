package dev.strongroom.world.local;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.MemoryKind;
import dev.strongroom.world.WorldException;
import dev.strongroom.world.protocol.Channels;
import dev.strongroom.world.protocol.Connection;
import dev.strongroom.world.protocol.MalformedMessageException;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.MessageDescriptor;
import dev.strongroom.world.protocol.Parameter;
import dev.strongroom.world.protocol.Startup;
import dev.strongroom.world.protocol.StatusDescriptor;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.module.FindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The trusted side as a child process: a socket for messages, one shared mapping for payloads. */
public final class LocalConnection implements Connection {
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** What a virtual machine may take to write down what it learned in a training run. */
  private static final Duration TRAINING_GRACE = Duration.ofSeconds(60);

  private final Process process;
  private final Transcript transcript;
  private final SocketChannel channel;
  private final Arena arena;
  private final MemorySegment shared;
  private final MemoryKind memory;
  private final Duration grace;

  private LocalConnection(
      Process process,
      Transcript transcript,
      SocketChannel channel,
      Arena arena,
      MemorySegment shared,
      MemoryKind memory,
      Duration grace) {
    this.process = process;
    this.transcript = transcript;
    this.channel = channel;
    this.arena = arena;
    this.shared = shared;
    this.memory = memory;
    this.grace = grace;
  }

  /**
   * Starts the process and waits until it is ready.
   *
   * @throws WorldException if it cannot be started, is not ready in time, or says why it cannot be
   */
  @SuppressWarnings("MustBeClosedChecker") // The connection owns the arena, and closes it.
  public static LocalConnection open(LocalStart start) throws WorldException {
    try (PrivateDirectory directory = PrivateDirectory.create(start.sharedMemory())) {
      Arena arena = Arena.ofShared();
      try {
        MemorySegment shared = map(directory, start.sharedMemory(), arena);
        return launch(start, directory, arena, shared);
      } catch (IOException | WorldException | RuntimeException e) {
        arena.close();
        throw e;
      }
    } catch (IOException | FindException e) {
      throw new WorldException(
          ErrorCode.START_FAILED, ErrorCode.START_FAILED.sentence(0, 0) + ": " + e.getMessage(), e);
    }
  }

  private static MemorySegment map(PrivateDirectory directory, long bytes, Arena arena)
      throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel file =
        FileChannel.open(directory.shared(), Set.of(CREATE_NEW, READ, WRITE), ownerOnly)) {
      return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  private static LocalConnection launch(
      LocalStart start, PrivateDirectory directory, Arena arena, MemorySegment shared)
      throws IOException, WorldException {
    Deadline deadline = Deadline.in(start.timeout());
    byte[] token = new byte[Startup.TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(directory.socket()));
      Process process = Launch.start(start);
      Transcript transcript = new Transcript(process.getInputStream());
      try {
        tell(process, start.startup(ProcessHandle.current().pid(), token, directory));
        SocketChannel channel = accept(listener, token, process, deadline);
        try {
          MemoryKind memory = ready(channel, process, deadline);
          Duration grace = start.aotTraining().isPresent() ? TRAINING_GRACE : GRACE;
          return new LocalConnection(process, transcript, channel, arena, shared, memory, grace);
        } catch (IOException | WorldException | RuntimeException e) {
          channel.close();
          throw e;
        }
      } catch (IOException e) {
        throw failed(process, transcript, e);
      } catch (WorldException | RuntimeException e) {
        process.destroyForcibly();
        throw e;
      }
    }
  }

  /** A process that died early does not read this; who waits for it to connect will notice. */
  private static void tell(Process process, Startup startup) {
    try (DataOutputStream in = new DataOutputStream(process.getOutputStream())) {
      startup.write(in);
    } catch (IOException brokenPipe) {
      // Ending it here could hide how it ended by itself.
    }
  }

  /** The first connection that shows the token. */
  private static SocketChannel accept(
      ServerSocketChannel listener, byte[] token, Process process, Deadline deadline)
      throws IOException {
    while (true) {
      SocketChannel channel = deadline.accept(listener, process);
      ByteBuffer shown = deadline.read(channel, Startup.TOKEN_BYTES, process);
      if (shown.equals(ByteBuffer.wrap(token))) {
        return channel;
      }
      channel.close();
    }
  }

  /** Waits for the message that says that the trusted side is ready, or why it is not. */
  private static MemoryKind ready(SocketChannel channel, Process process, Deadline deadline)
      throws IOException, WorldException {
    try {
      Message message = Message.decode(deadline.read(channel, MessageDescriptor.BYTES, process));
      Parameter values = message.parameters().getFirst();
      if (message.code() != Message.SUCCESS) {
        throw WorldException.of(
            ErrorCode.of(message.code()).orElse(ErrorCode.GENERIC), values.a(), values.b());
      }
      channel.configureBlocking(true);
      return StatusDescriptor.memoryKind(values.a());
    } catch (MalformedMessageException e) {
      throw new IOException("the trusted side's first message: " + e.getMessage(), e);
    }
  }

  @Override
  public MemorySegment shared() {
    return shared;
  }

  @Override
  public MemoryKind memory() {
    return memory;
  }

  /** The process of the trusted side. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** The socket, for who wants to speak out of turn. */
  SocketChannel channel() {
    return channel;
  }

  @Override
  public synchronized Message invoke(Message request) throws WorldException {
    if (!channel.isOpen()) {
      throw new WorldException(ErrorCode.TARGET_DEAD, "the world has been closed");
    }
    try {
      Channels.write(channel, request.encode());
      return Message.decode(Channels.read(channel, ByteBuffer.allocate(MessageDescriptor.BYTES)));
    } catch (IOException e) {
      closeQuietly();
      throw failed(process, transcript, e);
    } catch (MalformedMessageException e) {
      closeQuietly();
      process.destroyForcibly();
      throw new WorldException(
          ErrorCode.COMMUNICATION, "the trusted side answered with " + e.getMessage(), e);
    }
  }

  /** The end of the connection lets the trusted side wipe its memory and go; else it is killed. */
  @Override
  public synchronized void close() {
    closeQuietly();
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private void closeQuietly() {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // Closing is all that was wanted.
    }
  }

  /** Ends the process, and says how it ended and what it had printed. */
  private static WorldException failed(Process process, Transcript transcript, IOException cause) {
    String ended;
    try {
      boolean byItself = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      if (!byItself) {
        process.destroyForcibly().waitFor();
      }
      ended =
          byItself
              ? "the trusted side has ended, with exit status " + process.exitValue()
              : "the trusted side did not answer and was killed (%s)".formatted(cause.getMessage());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      ended = "the trusted side was killed, as the caller was interrupted";
    }
    String said = transcript.end();
    return new WorldException(
        ErrorCode.TARGET_DEAD, said.isEmpty() ? ended : ended + "; it said: " + said, cause);
  }
}

package dev.strongroom.seal;

import static dev.strongroom.seal.ChannelDescriptor.LAST;
import static dev.strongroom.seal.ChannelDescriptor.MAX_RECORD_BYTES;
import static dev.strongroom.seal.ChannelDescriptor.RECORD_FLAGS;
import static dev.strongroom.seal.ChannelDescriptor.RECORD_HEADER_BYTES;
import static dev.strongroom.seal.ChannelDescriptor.RECORD_LENGTH;
import static dev.strongroom.seal.ChannelDescriptor.RECORD_RESERVED;
import static dev.strongroom.seal.ChannelDescriptor.RECORD_TYPE;
import static dev.strongroom.seal.ChannelDescriptor.TAG_BYTES;

import dev.strongroom.program.Digest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A session between a caller and the trusted side, through a normal world that sees, keeps, delays
 * and changes everything. A message has a type, and is cut into records: AES-256-GCM under the key
 * of its direction, with the number of the record as nonce and its header authenticated, so that
 * nothing can be replayed, reordered, reflected, cut short or added.
 *
 * <p>The channel ends at the first message that is not as the other side sealed it: its keys are
 * wiped, and every later use is refused.
 *
 * <p>Comes from {@link ChannelCaller} and {@link ChannelResponder}. Not for concurrent use.
 */
public final class SecureChannel implements AutoCloseable {
  private final RecordCipher out;
  private final RecordCipher in;
  private final Digest transcript;
  private final byte[] header = new byte[RECORD_HEADER_BYTES];
  private final ByteBuffer headerView = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
  private final byte[] plaintext = new byte[MAX_RECORD_BYTES];
  private final byte[] sealed = new byte[MAX_RECORD_BYTES + TAG_BYTES];
  private boolean ended;

  private SecureChannel(RecordCipher out, RecordCipher in, Digest transcript) {
    this.out = out;
    this.in = in;
    this.transcript = transcript;
  }

  static SecureChannel ofCaller(ChannelKeys keys) {
    return new SecureChannel(
        new RecordCipher(keys.toTrusted(), ChannelDescriptor.TO_TRUSTED),
        new RecordCipher(keys.toCaller(), ChannelDescriptor.TO_CALLER),
        keys.transcript());
  }

  static SecureChannel ofTrusted(ChannelKeys keys) {
    return new SecureChannel(
        new RecordCipher(keys.toCaller(), ChannelDescriptor.TO_CALLER),
        new RecordCipher(keys.toTrusted(), ChannelDescriptor.TO_TRUSTED),
        keys.transcript());
  }

  /** Names this session: the digest of its handshake, the same on both sides. */
  public Digest transcript() {
    return transcript;
  }

  /**
   * How long a message becomes.
   *
   * @param recordBytes longest plaintext of a record, 1 to {@link
   *     ChannelDescriptor#MAX_RECORD_BYTES}
   */
  public static long sealedBytes(long messageBytes, int recordBytes) {
    requireRecordBytes(recordBytes);
    long records = Math.max(1, Math.ceilDiv(messageBytes, (long) recordBytes));
    return messageBytes + records * (RECORD_HEADER_BYTES + TAG_BYTES);
  }

  /**
   * Seals a message, for the caller.
   *
   * @param type 0 to 255, what kind of message it is
   * @param message from position to limit, both of which stay
   * @param recordBytes longest plaintext of a record, 1 to {@link
   *     ChannelDescriptor#MAX_RECORD_BYTES}: what the receiver's staging buffer has room for,
   *     without the tag
   */
  public byte[] seal(int type, ByteBuffer message, int recordBytes) {
    byte[] result = new byte[Math.toIntExact(sealedBytes(message.remaining(), recordBytes))];
    seal(type, MemorySegment.ofBuffer(message), recordBytes, MemorySegment.ofArray(result));
    return result;
  }

  /**
   * Seals a message, for the trusted side: from secure memory into memory that anybody sees. Only
   * ciphertext is ever written there.
   *
   * @param type 0 to 255, what kind of message it is
   * @param recordBytes longest plaintext of a record, 1 to {@link
   *     ChannelDescriptor#MAX_RECORD_BYTES}
   * @param shared gets {@link #sealedBytes} bytes
   * @return how many that are
   */
  public long seal(int type, MemorySegment message, int recordBytes, MemorySegment shared) {
    requireType(type);
    long needed = sealedBytes(message.byteSize(), recordBytes);
    if (shared.byteSize() < needed) {
      throw new IllegalArgumentException(
          "insufficient room for a sealed message: needed=%d, had=%d"
              .formatted(needed, shared.byteSize()));
    }
    requireAlive();
    long done = 0;
    long at = 0;
    boolean last;
    try {
      do {
        int length = (int) Math.min(recordBytes, message.byteSize() - done);
        last = done + length == message.byteSize();
        headerView
            .put(RECORD_TYPE, (byte) type)
            .put(RECORD_FLAGS, (byte) (last ? LAST : 0))
            .putShort(RECORD_RESERVED, (short) 0)
            .putInt(RECORD_LENGTH, length);
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, done, plaintext, 0, length);
        out.seal(header, plaintext, length, sealed);
        MemorySegment.copy(header, 0, shared, ValueLayout.JAVA_BYTE, at, RECORD_HEADER_BYTES);
        at += RECORD_HEADER_BYTES;
        MemorySegment.copy(sealed, 0, shared, ValueLayout.JAVA_BYTE, at, length + TAG_BYTES);
        at += length + TAG_BYTES;
        done += length;
      } while (!last);
      return at;
    } catch (SealException e) {
      close();
      throw e;
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /**
   * Opens a message, for the caller.
   *
   * @param type what kind of message it must be
   * @param message exactly one sealed message, from position to limit, both of which stay
   * @throws SealException if it is not the next message of the other side; the channel has ended
   *     then
   */
  public byte[] open(int type, ByteBuffer message) {
    byte[] staging = new byte[Math.min(message.remaining(), MAX_RECORD_BYTES + TAG_BYTES)];
    byte[] result = new byte[message.remaining()];
    long length =
        open(
            type,
            MemorySegment.ofBuffer(message),
            MemorySegment.ofArray(staging),
            MemorySegment.ofArray(result));
    return Arrays.copyOf(result, Math.toIntExact(length));
  }

  /**
   * Opens a message, for the trusted side: each record is copied out of shared memory once, into
   * {@code staging}, then authenticated, then opened into secure memory.
   *
   * @param type what kind of message it must be
   * @param shared exactly one sealed message, in memory that anybody may change
   * @param staging in secure memory, with room for the longest record and its tag
   * @param into gets the message
   * @return how long the message is
   * @throws SealException if it is not the next message of the other side, or longer than {@code
   *     into}; {@code into} is wiped as far as it was written, and the channel has ended then
   */
  public long open(int type, MemorySegment shared, MemorySegment staging, MemorySegment into) {
    requireType(type);
    requireAlive();
    boolean complete = false;
    long at = 0;
    long done = 0;
    try {
      boolean last;
      do {
        readHeader(type, shared, at);
        at += RECORD_HEADER_BYTES;
        last = header[RECORD_FLAGS] == LAST;
        int length = headerView.getInt(RECORD_LENGTH);
        requireRoom("the rest of the message", shared.byteSize() - at, length + TAG_BYTES);
        requireRoom("staging", staging.byteSize(), length + TAG_BYTES);
        requireRoom("the place for the message", into.byteSize() - done, length);
        MemorySegment.copy(shared, at, staging, 0, length + TAG_BYTES);
        MemorySegment.copy(staging, ValueLayout.JAVA_BYTE, 0, sealed, 0, length + TAG_BYTES);
        at += length + TAG_BYTES;
        if (!in.open(header, sealed, length, plaintext)) {
          throw SealException.forged(
              "a record is not the next one of the session: it was changed, repeated or moved");
        }
        MemorySegment.copy(plaintext, 0, into, ValueLayout.JAVA_BYTE, done, length);
        done += length;
      } while (!last);
      if (at != shared.byteSize()) {
        throw SealException.malformed(
            "%d bytes follow the last record of a message".formatted(shared.byteSize() - at));
      }
      complete = true;
      return done;
    } finally {
      Arrays.fill(plaintext, (byte) 0);
      if (!complete) {
        into.asSlice(0, done).fill((byte) 0);
        close();
      }
    }
  }

  /** Copies a record's header in and checks it. */
  private void readHeader(int type, MemorySegment shared, long at) {
    requireRoom("the rest of the message", shared.byteSize() - at, RECORD_HEADER_BYTES);
    MemorySegment.copy(shared, ValueLayout.JAVA_BYTE, at, header, 0, RECORD_HEADER_BYTES);
    int found = Byte.toUnsignedInt(header[RECORD_TYPE]);
    if (found != type) {
      throw SealException.malformed(
          "a record belongs to a message of type %d, not %d".formatted(found, type));
    }
    int flags = Byte.toUnsignedInt(header[RECORD_FLAGS]);
    int reserved = Short.toUnsignedInt(headerView.getShort(RECORD_RESERVED));
    if (flags > LAST || reserved != 0) {
      throw SealException.malformed(
          "a record has flags %d and reserved %d, unknown here".formatted(flags, reserved));
    }
    int length = headerView.getInt(RECORD_LENGTH);
    // Only the one record of an empty message is empty, so that a message costs what it carries.
    int least = flags == LAST ? 0 : 1;
    if (length < least || length > MAX_RECORD_BYTES) {
      throw SealException.malformed(
          "the length of a record is %s, outside %d to %d"
              .formatted(Integer.toUnsignedString(length), least, MAX_RECORD_BYTES));
    }
  }

  /** A length that the other side chose, and that does not fit, is its fault and not ours. */
  private static void requireRoom(String where, long had, long needed) {
    if (had < needed) {
      throw SealException.malformed(
          "a record does not fit %s: needed=%d, had=%d".formatted(where, needed, had));
    }
  }

  private void requireAlive() {
    if (ended) {
      throw new SealException(
          SealException.Reason.CHANNEL_ENDED, "the session has ended; begin another one");
    }
  }

  private static void requireType(int type) {
    if (type < 0 || type > 255) {
      throw new IllegalArgumentException("the type of a message is 0 to 255, not " + type);
    }
  }

  private static void requireRecordBytes(int recordBytes) {
    if (recordBytes < 1 || recordBytes > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "a record carries 1 to %d bytes, not %d".formatted(MAX_RECORD_BYTES, recordBytes));
    }
  }

  /** Whether the channel can still be used. */
  public boolean alive() {
    return !ended;
  }

  /** Ends the session and wipes its keys. */
  @Override
  public void close() {
    ended = true;
    out.close();
    in.close();
  }
}

package dev.strongroom.seal;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * Key bytes that can be wiped and that say nothing about themselves. It is a {@link SecretKey}
 * because the JDK's {@code SecretKeySpec} keeps a copy that nobody can wipe.
 */
final class SecretBytes implements SecretKey, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final byte[] bytes;
  private boolean wiped;

  private SecretBytes(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  /** Takes {@code bytes} over: the caller must not use the array any more. */
  static SecretBytes owning(String algorithm, byte[] bytes) {
    return new SecretBytes(algorithm, bytes);
  }

  /** The key itself, not a copy; stays owned by this object. */
  byte[] borrow() {
    if (wiped) {
      throw new IllegalStateException("the " + algorithm + " key was wiped already");
    }
    return bytes;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /** A copy; whoever asks (the JDK's providers) wipes it. */
  @Override
  public byte[] getEncoded() {
    return borrow().clone();
  }

  @Override
  public void destroy() {
    close();
  }

  @Override
  public boolean isDestroyed() {
    return wiped;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    wiped = true;
  }

  @Override
  public String toString() {
    return algorithm + " key (" + bytes.length + " bytes" + (wiped ? ", wiped)" : ")");
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("keys are not serialised");
  }
}

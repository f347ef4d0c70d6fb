package dev.strongroom.world;

import dev.strongroom.seal.VendorPublicKey;
import dev.strongroom.world.local.LocalStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to open a local world. Immutable: each {@code with…} gives a copy.
 *
 * <pre>{@code
 * LocalWorldOptions.of(8 << 20).withDeviceDirectory(device).withTrustedVendors(List.of(vendor))
 * }</pre>
 */
public final class LocalWorldOptions {
  /** Size of the shared mapping unless another is asked for; costs memory only where it is used. */
  public static final long DEFAULT_SHARED_MEMORY = 256L << 20;

  /** The most threads that compute: as many as an engine runs on. */
  public static final int MOST_THREADS = 16;

  /** How long a start may take unless another time is asked for. */
  public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(20);

  private static final long MAX_MEMORY = (1L << 32) - 1;

  private final long secureMemory;
  private long sharedMemory = DEFAULT_SHARED_MEMORY;
  private int threads = 1;
  private Optional<Path> deviceDirectory = Optional.empty();
  private List<VendorPublicKey> vendors = List.of();
  private Optional<Path> aotCache = Optional.empty();
  private Optional<Path> aotTraining = Optional.empty();
  private List<String> jvmFlags = List.of();
  private Duration startTimeout = DEFAULT_START_TIMEOUT;

  private LocalWorldOptions(long secureMemory) {
    this.secureMemory = inRange("secure memory", secureMemory);
  }

  /**
   * A world with {@code secureMemory} bytes of secure memory (rounded up to whole pages), a
   * throwaway device key and no trusted vendor.
   *
   * @throws IllegalArgumentException if that is not between 1 byte and 4 GiB
   */
  public static LocalWorldOptions of(long secureMemory) {
    return new LocalWorldOptions(secureMemory);
  }

  /**
   * With a shared mapping of {@code bytes}: the sealed model, and one inference's sealed input and
   * output, have to fit.
   */
  public LocalWorldOptions withSharedMemory(long bytes) {
    LocalWorldOptions copy = copy();
    copy.sharedMemory = inRange("shared memory", bytes);
    return copy;
  }

  /**
   * With {@code count} threads that compute: large steps are shared among them, and weights are
   * opened beside them. An answer's bits do not depend on it.
   *
   * @throws IllegalArgumentException if that is not between 1 and {@link #MOST_THREADS}
   */
  public LocalWorldOptions withThreads(int count) {
    if (count < 1 || count > MOST_THREADS) {
      throw new IllegalArgumentException(
          "%d threads: between 1 and %d are possible".formatted(count, MOST_THREADS));
    }
    LocalWorldOptions copy = copy();
    copy.threads = count;
    return copy;
  }

  /** With the device key in {@code directory}, which the trusted side alone reads. */
  public LocalWorldOptions withDeviceDirectory(Path directory) {
    LocalWorldOptions copy = copy();
    copy.deviceDirectory = Optional.of(directory);
    return copy;
  }

  /** With these vendors, and no others, as those whose models are loaded. */
  public LocalWorldOptions withTrustedVendors(List<VendorPublicKey> trusted) {
    LocalWorldOptions copy = copy();
    copy.vendors = List.copyOf(trusted);
    return copy;
  }

  /** With an ahead-of-time cache for a faster start; left out if the file is not there. */
  public LocalWorldOptions withAotCache(Path file) {
    LocalWorldOptions copy = copy();
    copy.aotCache = Optional.of(file);
    return copy;
  }

  /**
   * With a training run: when the world is closed, the trusted side's virtual machine writes what
   * it learned into {@code file}, for {@link #withAotCache}; closing then takes some seconds.
   */
  public LocalWorldOptions withAotTraining(Path file) {
    LocalWorldOptions copy = copy();
    copy.aotTraining = Optional.of(file);
    return copy;
  }

  /** With another limit on how long the start may take. */
  public LocalWorldOptions withStartTimeout(Duration timeout) {
    LocalWorldOptions copy = copy();
    copy.startTimeout = timeout;
    return copy;
  }

  /** With further flags for the trusted side's virtual machine; they could undo its hardening. */
  LocalWorldOptions withUncheckedJvmFlags(List<String> flags) {
    LocalWorldOptions copy = copy();
    copy.jvmFlags = List.copyOf(flags);
    return copy;
  }

  /** Bytes of secure memory asked for. */
  public long secureMemory() {
    return secureMemory;
  }

  LocalStart start() {
    return new LocalStart(
        secureMemory,
        sharedMemory,
        threads,
        deviceDirectory,
        vendors.stream().map(VendorPublicKey::raw).toList(),
        aotCache,
        aotTraining,
        jvmFlags,
        startTimeout);
  }

  private LocalWorldOptions copy() {
    LocalWorldOptions copy = new LocalWorldOptions(secureMemory);
    copy.sharedMemory = sharedMemory;
    copy.threads = threads;
    copy.deviceDirectory = deviceDirectory;
    copy.vendors = vendors;
    copy.aotCache = aotCache;
    copy.aotTraining = aotTraining;
    copy.jvmFlags = jvmFlags;
    copy.startTimeout = startTimeout;
    return copy;
  }

  private static long inRange(String what, long bytes) {
    if (bytes < 1 || bytes > MAX_MEMORY) {
      throw new IllegalArgumentException(
          "%s of %d bytes: between 1 and %d are possible".formatted(what, bytes, MAX_MEMORY));
    }
    return bytes;
  }
}

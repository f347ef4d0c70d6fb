package dev.strongroom.world.local;

import dev.strongroom.world.protocol.Startup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to start a trusted side.
 *
 * @param secureMemory bytes to reserve
 * @param sharedMemory size of the shared mapping in bytes
 * @param threads that compute
 * @param deviceDirectory where the device's key lies, which this process never reads
 * @param vendors public keys of trusted vendors, raw
 * @param aotCache ahead-of-time cache for the virtual machine; left out if the file is not there
 * @param aotTraining where the virtual machine writes such a cache when it ends
 * @param jvmFlags further flags for it
 * @param timeout how long the start may take
 */
public record LocalStart(
    long secureMemory,
    long sharedMemory,
    int threads,
    Optional<Path> deviceDirectory,
    List<byte[]> vendors,
    Optional<Path> aotCache,
    Optional<Path> aotTraining,
    List<String> jvmFlags,
    Duration timeout) {

  Startup startup(long parent, byte[] token, PrivateDirectory directory) {
    return new Startup(
        secureMemory,
        sharedMemory,
        threads,
        parent,
        token,
        directory.socket().toString(),
        directory.shared().toString(),
        deviceDirectory.map(d -> d.toAbsolutePath().toString()).orElse(""),
        vendors);
  }
}

package dev.strongroom.compiler.optee;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of OP-TEE that decide whether a trusted application fits, under their names in its
 * configuration. Sizes are in bytes.
 *
 * @param tzdramSize CFG_TZDRAM_SIZE: secure memory of the trusted OS and its applications together
 * @param teeRamVaSize CFG_TEE_RAM_VA_SIZE: the part of it that the trusted OS keeps
 * @param pgtCacheEntries CFG_PGT_CACHE_ENTRIES: how many tables of 2 MiB one application's
 *     addresses may take
 * @param shmemSize CFG_SHMEM_SIZE: the pool of shared memory that is set aside
 * @param coreHeapSize CFG_CORE_HEAP_SIZE: the trusted OS's own heap
 */
public record OpteeSettings(
    long tzdramSize, long teeRamVaSize, int pgtCacheEntries, long shmemSize, long coreHeapSize) {

  /** What is left for all trusted applications together: code, stacks and heaps. */
  public long trustedApplications() {
    return tzdramSize - teeRamVaSize;
  }

  /** Each setting's value under its name, in OP-TEE's spelling. */
  public Map<String, Long> byName() {
    Map<String, Long> values = new LinkedHashMap<>();
    values.put("CFG_TZDRAM_SIZE", tzdramSize);
    values.put("CFG_TEE_RAM_VA_SIZE", teeRamVaSize);
    values.put("CFG_PGT_CACHE_ENTRIES", (long) pgtCacheEntries);
    values.put("CFG_SHMEM_SIZE", shmemSize);
    values.put("CFG_CORE_HEAP_SIZE", coreHeapSize);
    return values;
  }
}

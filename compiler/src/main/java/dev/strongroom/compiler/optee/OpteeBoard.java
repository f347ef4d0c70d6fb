package dev.strongroom.compiler.optee;

/**
 * A board and the settings with which OP-TEE 4.10 is built for it unless told otherwise: {@code
 * core/arch/arm/plat-rpi3/conf.mk}, {@code core/arch/arm/plat-vexpress/conf.mk} and, for what these
 * leave open, {@code mk/config.mk}.
 */
public enum OpteeBoard {
  /** Raspberry Pi 3. Its four threads give it a cache of 8 page tables. */
  RPI3("rpi3", "rpi3", new OpteeSettings(15 << 20, 7 << 20, 8, 4 << 20, 64 << 10)),

  /**
   * QEMU's Armv8 machine. The platform leaves CFG_TEE_RAM_VA_SIZE at one page directory of 2 MiB.
   */
  QEMU_V8(
      "qemu-v8",
      "vexpress-qemu_armv8a",
      new OpteeSettings(15 << 20, 2 << 20, 8, 2 << 20, 192 << 10));

  private final String boardName;
  private final String platform;
  private final OpteeSettings stock;

  OpteeBoard(String boardName, String platform, OpteeSettings stock) {
    this.boardName = boardName;
    this.platform = platform;
    this.stock = stock;
  }

  /** What the command line calls it. */
  public String boardName() {
    return boardName;
  }

  /** PLATFORM of OP-TEE's make. */
  public String platform() {
    return platform;
  }

  /** Its settings unless told otherwise. */
  public OpteeSettings stock() {
    return stock;
  }

  @Override
  public String toString() {
    return boardName;
  }
}

package dev.strongroom.seal;

import dev.strongroom.program.Program;

/**
 * How large a Program's sealed model will be, whoever seals it for whomever.
 *
 * @param headerBytes length of the header
 * @param fileBytes length of the whole
 */
public record SealedSize(int headerBytes, long fileBytes) {
  /**
   * The size for {@code program}.
   *
   * @param programBytes length of its encoding
   * @throws SealException if it has too many parts to be sealed
   */
  public static SealedSize of(Program program, int programBytes) {
    SealedLayout layout =
        SealedLayout.of(
            programBytes,
            ModelContent.pieceBytes(program.chunks()),
            program.chunks().size(),
            program.chunks()::get);
    return new SealedSize(layout.headerBytes(), layout.fileBytes());
  }
}

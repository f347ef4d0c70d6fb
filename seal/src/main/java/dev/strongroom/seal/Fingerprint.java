package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.util.Base64;

/** The short name of a public key for people, in the form that OpenSSH made familiar. */
final class Fingerprint {
  private Fingerprint() {}

  /** "SHA256:" and the digest in base64 without padding. */
  static String of(Digest id) {
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(id.bytes());
  }
}

/**
 * What crosses between the worlds, and why it is worthless to anyone else: vendor and device keys,
 * the sealed model, and the session channel. All cryptography comes from the JDK's own providers:
 * Ed25519 (RFC 8032), X25519 (RFC 7748), HKDF-SHA256 (RFC 5869), AES-GCM (NIST SP 800-38D), and
 * HPKE (RFC 9180) put together from these.
 *
 * <p>Start with {@link dev.strongroom.seal.Sealer} to seal a model, {@link
 * dev.strongroom.seal.SealVerifier} to check one without a device key, {@link
 * dev.strongroom.seal.SealedModelOpener} on the trusted side, and {@link
 * dev.strongroom.seal.SecureChannel} for what is said in a session.
 */
package dev.strongroom.seal;

/**
 * The caller's view of a secure world: {@link dev.strongroom.world.SecureWorld} opens one and loads
 * a sealed model, {@link dev.strongroom.world.Session} computes with it.
 */
package dev.strongroom.world;

/**
 * The trusted side of the local world: all that sees a model, an input or an answer in the clear.
 * It is the only package here that may use the engine, and nobody may use it.
 */
package dev.strongroom.world.trusted;

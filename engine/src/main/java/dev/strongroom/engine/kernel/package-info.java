/**
 * One kernel a file. A kernel is bound once to absolute addresses and then runs without checks,
 * without allocation and without looking at a view again; that each address is right has been
 * proved by the verifier before.
 *
 * <p>Vector values never cross a call that the just-in-time compiler might leave standing: a vector
 * passed to a method that is not inlined is an object on the heap. Kernels therefore pass
 * addresses, and what differs between functions is a loop of its own.
 */
@org.jspecify.annotations.NullMarked
package dev.strongroom.engine.kernel;
